resource "aws_lambda_function" "F" {
  function_name = "worker"
  runtime       = "python3.13"
  handler       = "a.b"
  filename      = "code.zip"
  role          = aws_iam_role.worker.arn
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

resource "aws_dynamodb_table" "Orders" {
  name             = "orders"
  hash_key         = "id"
  billing_mode     = "PAY_PER_REQUEST"
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_lambda_event_source_mapping" "FOrders" {
  event_source_arn              = aws_dynamodb_table.Orders.stream_arn
  function_name                 = aws_lambda_function.F.arn
  starting_position             = "TRIM_HORIZON"
  maximum_record_age_in_seconds = 600
}
