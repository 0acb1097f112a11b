resource "aws_msk_cluster" "Busy" {
  cluster_name           = "busy"
  kafka_version          = "3.6.0"
  number_of_broker_nodes = 3
  broker_node_group_info {
    client_subnets  = ["subnet-1", "subnet-2", "subnet-3"]
    instance_type   = "kafka.m5.large"
    security_groups = ["sg-1"]
  }
}

resource "aws_msk_serverless_cluster" "Calm" {
  cluster_name = "calm"
  client_authentication {
    sasl {
      iam {
        enabled = true
      }
    }
  }
  vpc_config {
    subnet_ids = ["subnet-1"]
  }
}

resource "aws_mq_broker" "Rabbit" {
  broker_name        = "rabbit"
  engine_type        = "RabbitMQ"
  engine_version     = "3.13"
  host_instance_type = "mq.m5.large"
  user {
    username = "someone"
    password = "none-of-anybody"
  }
}

resource "aws_docdb_cluster" "Docs" {
  cluster_identifier  = "docs"
  skip_final_snapshot = true
}

resource "aws_lambda_event_source_mapping" "FBusy" {
  event_source_arn                   = aws_msk_cluster.Busy.arn
  function_name                      = aws_lambda_function.F.arn
  topics                             = ["clicks"]
  starting_position                  = "LATEST"
  batch_size                         = 50
  maximum_batching_window_in_seconds = 1
  provisioned_poller_config {
    minimum_pollers = 2
    maximum_pollers = 10
  }
  amazon_managed_kafka_event_source_config {
    consumer_group_id = "readers"
  }
}

resource "aws_lambda_event_source_mapping" "FCalm" {
  event_source_arn  = aws_msk_serverless_cluster.Calm.arn
  function_name     = aws_lambda_function.F.arn
  topics            = ["orders"]
  starting_position = "TRIM_HORIZON"
}

resource "aws_lambda_event_source_mapping" "FOwn" {
  function_name     = aws_lambda_function.F.arn
  topics            = ["payments"]
  starting_position = "TRIM_HORIZON"
  self_managed_event_source {
    endpoints = {
      KAFKA_BOOTSTRAP_SERVERS = "b1.example:9092,b2.example:9092"
    }
  }
  source_access_configuration {
    type = "VPC_SUBNET"
    uri  = "subnet:subnet-1"
  }
}

resource "aws_lambda_event_source_mapping" "FRabbit" {
  event_source_arn = aws_mq_broker.Rabbit.arn
  function_name    = aws_lambda_function.F.arn
  queues           = ["work"]
  source_access_configuration {
    type = "VIRTUAL_HOST"
    uri  = "/"
  }
}

resource "aws_lambda_event_source_mapping" "FDocs" {
  event_source_arn  = aws_docdb_cluster.Docs.arn
  function_name     = aws_lambda_function.F.arn
  starting_position = "LATEST"
  document_db_event_source_config {
    database_name   = "shop"
    collection_name = "orders"
    full_document   = "UpdateLookup"
  }
}
