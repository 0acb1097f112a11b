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

resource "aws_sqs_queue" "Copies" {}

resource "aws_s3_bucket" "Uploads" {}

resource "aws_s3_bucket_notification" "any" {
  bucket = aws_s3_bucket.Uploads.id
  lambda_function {
    lambda_function_arn = aws_lambda_function.F.arn
    events              = ["s3:ObjectCreated:*"]
  }
  queue {
    queue_arn = aws_sqs_queue.Copies.arn
    events    = ["s3:ObjectRemoved:*"]
  }
}
