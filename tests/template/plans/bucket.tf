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
