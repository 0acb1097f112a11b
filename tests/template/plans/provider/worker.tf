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
