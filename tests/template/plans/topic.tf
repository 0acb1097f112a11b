resource "aws_lambda_function" "F" {
  function_name = "worker"
  runtime       = "python3.13"
  handler       = "a.b"
  filename      = "code.zip"
  role          = aws_iam_role.worker.arn
  dead_letter_config {
    target_arn = aws_sqs_queue.Dead.arn
  }
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

resource "aws_sqs_queue" "Dead" {}

resource "aws_sqs_queue" "Lost" {}

resource "aws_sns_topic" "Orders" {
  name = "orders"
}

resource "aws_sns_topic_subscription" "FOrders" {
  topic_arn     = aws_sns_topic.Orders.arn
  protocol      = "lambda"
  endpoint      = aws_lambda_function.F.arn
  filter_policy = jsonencode({ kind = ["new"] })
}

resource "aws_lambda_permission" "sns" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.F.function_name
  principal     = "sns.amazonaws.com"
  source_arn    = aws_sns_topic.Orders.arn
}

resource "aws_lambda_function_event_invoke_config" "F" {
  function_name                = aws_lambda_function.F.function_name
  maximum_retry_attempts       = 1
  maximum_event_age_in_seconds = 3600
  destination_config {
    on_failure {
      destination = aws_sqs_queue.Lost.arn
    }
  }
}
