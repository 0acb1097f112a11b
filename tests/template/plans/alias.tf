resource "aws_lambda_function" "F" {
  function_name = "worker"
  runtime       = "python3.13"
  handler       = "a.b"
  filename      = "code.zip"
  role          = aws_iam_role.worker.arn
  publish       = true
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

resource "aws_lambda_alias" "FAliaslive" {
  name             = "live"
  function_name    = aws_lambda_function.F.function_name
  function_version = aws_lambda_function.F.version
}

resource "aws_lambda_provisioned_concurrency_config" "F" {
  function_name                     = aws_lambda_function.F.function_name
  qualifier                         = aws_lambda_alias.FAliaslive.name
  provisioned_concurrent_executions = 4
}

resource "aws_lambda_function_url" "FUrl" {
  function_name      = aws_lambda_function.F.function_name
  qualifier          = aws_lambda_alias.FAliaslive.name
  authorization_type = "NONE"
}
