"""Books orders in their order.

After a failed one, its message group's later orders are handed back untouched.
"""

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

# Other groups go on; without skip_group_on_error the rest of the whole batch would come back.
processor = SqsFifoPartialProcessor(skip_group_on_error=True)
processor.raise_on_entire_batch_failure = False


def book(record: SQSRecord) -> None:
    """Book one order.

    Sequence numbers rise within a group, so what is booked already is easy to tell.
    """
    order = record.json_body
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(
        f"booked {order['order']} of {record.attributes.message_group_id} "
        f"as {record.attributes.sequence_number}"
    )


def handler(event: dict, context: object) -> dict:
    """Answer which messages failed; the mapping deletes all others."""
    return process_partial_response(
        event=event, record_handler=book, processor=processor, context=context
    )
