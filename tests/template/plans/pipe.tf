resource "aws_sqs_queue" "Orders" {}

resource "aws_pipes_pipe" "Pipe" {
  name     = "pipe"
  role_arn = aws_iam_role.worker.arn
  source   = aws_sqs_queue.Orders.arn
  target   = aws_lambda_function.F.arn
  source_parameters {
    sqs_queue_parameters {
      batch_size                         = 5
      maximum_batching_window_in_seconds = 3
    }
    filter_criteria {
      filter {
        pattern = jsonencode({ body = { a = [1] } })
      }
    }
  }
}
