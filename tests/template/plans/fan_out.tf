resource "aws_sns_topic" "Orders" {
  name = "orders"
}

resource "aws_sqs_queue" "Copies" {
  name                        = "copies.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
}

resource "aws_sqs_queue" "Plain" {
  name           = "plain"
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.Lost.arn, maxReceiveCount = 3 })
}

resource "aws_sqs_queue" "Lost" {
  name = "lost"
}

data "aws_iam_policy_document" "plain" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.Plain.arn]
    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_sns_topic.Orders.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "plain" {
  queue_url = aws_sqs_queue.Plain.id
  policy    = data.aws_iam_policy_document.plain.json
}

resource "aws_sns_topic_policy" "orders" {
  arn = aws_sns_topic.Orders.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.Orders.arn
    }]
  })
}

resource "aws_sns_topic_subscription" "plain" {
  topic_arn            = aws_sns_topic.Orders.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.Plain.arn
  raw_message_delivery = true
  filter_policy_scope  = "MessageBody"
  filter_policy        = jsonencode({ kind = ["new"] })
  redrive_policy       = jsonencode({ deadLetterTargetArn = aws_sqs_queue.Lost.arn })
}

resource "aws_lambda_event_source_mapping" "FPlain" {
  event_source_arn = aws_sqs_queue.Plain.arn
  function_name    = aws_lambda_function.F.arn
}

resource "aws_lambda_event_source_mapping" "FCopies" {
  event_source_arn = aws_sqs_queue.Copies.arn
  function_name    = aws_lambda_function.F.function_name
  enabled          = false
}

resource "aws_s3_bucket" "Uploads" {
  bucket = "uploads"
}

resource "aws_s3_bucket_notification" "uploads" {
  bucket = aws_s3_bucket.Uploads.bucket
  topic {
    topic_arn     = aws_sns_topic.Orders.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "in/"
    filter_suffix = ".csv"
  }
}

resource "aws_kinesis_stream" "Changes" {
  name = "changes"
  stream_mode_details {
    stream_mode = "ON_DEMAND"
  }
}

resource "aws_dynamodb_table" "Things" {
  name         = "things"
  hash_key     = "id"
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_kinesis_streaming_destination" "things" {
  table_name = aws_dynamodb_table.Things.name
  stream_arn = aws_kinesis_stream.Changes.arn
}

resource "aws_lambda_event_source_mapping" "FChanges" {
  event_source_arn           = aws_kinesis_stream.Changes.arn
  function_name              = aws_lambda_function.F.arn
  starting_position          = "LATEST"
  tumbling_window_in_seconds = 30
}
