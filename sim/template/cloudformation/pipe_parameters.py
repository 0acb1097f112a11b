"""The groups of `SourceParameters` by which a pipe is told how to poll its source.

https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeSourceParameters.html
"""

from __future__ import annotations

SOURCE = "AWS::Pipes::Pipe Source"
"""The settings that are in a group, in `data/template/properties.csv`."""
KIND_OF_PARAMETERS = {
    "SqsQueueParameters": "sqs_standard",
    "KinesisStreamParameters": "kinesis",
    "DynamoDBStreamParameters": "ddb_streams",
    "ManagedStreamingKafkaParameters": "msk",
    "SelfManagedKafkaParameters": "self_managed_kafka",
    "ActiveMQBrokerParameters": "mq",
    "RabbitMQBrokerParameters": "mq",
}
"""The kind of source to which a group belongs."""
PARAMETERS_OF_KIND = {
    "sqs_standard": "SqsQueueParameters",
    "sqs_fifo": "SqsQueueParameters",
    "kinesis": "KinesisStreamParameters",
    "kinesis_efo": "KinesisStreamParameters",
    "ddb_streams": "DynamoDBStreamParameters",
    "msk": "ManagedStreamingKafkaParameters",
    "self_managed_kafka": "SelfManagedKafkaParameters",
}
"""The group of a kind of source; that of a broker depends on its engine."""
PARAMETERS_OF_ENGINE = {
    "ACTIVEMQ": "ActiveMQBrokerParameters",
    "RABBITMQ": "RabbitMQBrokerParameters",
}
SELF_MANAGED = "smk://"
"""How the address of a Kafka cluster of one's own begins."""
