"""Takes, shows, changes and removes orders; an order that is sent twice is one order."""

import os

import boto3
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError, ServiceError
from pydantic import BaseModel, Field

app = APIGatewayRestResolver(enable_validation=True)
table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
ConditionFailed = table.meta.client.exceptions.ConditionalCheckFailedException


class Content(BaseModel):
    """What is ordered; the amount is in cents."""

    item: str = Field(min_length=1, max_length=200)
    amount: int = Field(ge=0)


class Order(Content):
    """An order has the id that its sender gave it, so sending it again does no harm."""

    id: str = Field(pattern="^[A-Za-z0-9-]{1,40}$")


class StoredOrder(Order):
    """An order as it is kept, with the id of the payment once there is one."""

    payment: str | None = None


@app.post("/orders")
def create(order: Order) -> tuple[StoredOrder, int]:
    """201 for a new order, 200 for one that is there, 409 for another order of the same id."""
    try:
        table.put_item(Item=order.model_dump(), ConditionExpression="attribute_not_exists(id)")
    except ConditionFailed:
        stored = show(order.id)
        if Order(**stored.model_dump()) != order:
            raise ServiceError(409, f"There is another order {order.id}.") from None
        return stored, 200
    return StoredOrder(**order.model_dump()), 201


@app.get("/orders/<order_id>")
def show(order_id: str) -> StoredOrder:
    """The order as it was written last."""
    answer = table.get_item(Key={"id": order_id}, ConsistentRead=True)
    if "Item" not in answer:
        raise NotFoundError(f"There is no order {order_id}.")
    return StoredOrder(**answer["Item"])


@app.put("/orders/<order_id>")
def change(order_id: str, content: Content) -> StoredOrder:
    """The changed order; 409 for one that is paid."""
    try:
        answer = table.update_item(
            Key={"id": order_id},
            UpdateExpression="SET #item = :item, amount = :amount",
            ConditionExpression="attribute_exists(id) AND attribute_not_exists(payment)",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues={":item": content.item, ":amount": content.amount},
            ReturnValues="ALL_NEW",
        )
    except ConditionFailed:
        paid = show(order_id)
        raise ServiceError(409, f"Order {paid.id} is paid.") from None
    return StoredOrder(**answer["Attributes"])


@app.delete("/orders/<order_id>")
def remove(order_id: str) -> tuple[None, int]:
    """204, whether there was such an order or not."""
    table.delete_item(Key={"id": order_id})
    return None, 204


def handler(event: dict, context: object) -> dict:
    """Answer one request of API Gateway."""
    return app.resolve(event, context)
