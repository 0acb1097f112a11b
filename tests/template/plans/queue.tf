resource "aws_lambda_function" "F" {
  function_name = "worker"
  runtime       = "python3.13"
  handler       = "a.b"
  filename      = "code.zip"
  role          = aws_iam_role.worker.arn
  timeout       = 10
}

data "aws_iam_policy_document" "worker" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = data.aws_iam_policy_document.worker.json
}

resource "aws_sqs_queue" "Dead" {
  name                      = "dead"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "Orders" {
  visibility_timeout_seconds = 60
}

resource "aws_sqs_queue_redrive_policy" "orders" {
  queue_url = aws_sqs_queue.Orders.id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.Dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_lambda_event_source_mapping" "FOrders" {
  event_source_arn                   = aws_sqs_queue.Orders.arn
  function_name                      = aws_lambda_function.F.arn
  batch_size                         = 10
  maximum_batching_window_in_seconds = 2
  function_response_types            = ["ReportBatchItemFailures"]
  scaling_config {
    maximum_concurrency = 5
  }
  filter_criteria {
    filter {
      pattern = jsonencode({ body = { a = [1] } })
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "Old" {
  alarm_name          = "old"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.Orders.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 100
  comparison_operator = "GreaterThanThreshold"
}
