resource "aws_sqs_queue" "Dead" {}

resource "aws_kinesis_stream" "Clicks" {
  name             = "clicks"
  shard_count      = 3
  retention_period = 48
}

resource "aws_kinesis_stream_consumer" "Reader" {
  name       = "reader"
  stream_arn = aws_kinesis_stream.Clicks.arn
}

resource "aws_lambda_event_source_mapping" "FClicks" {
  event_source_arn               = aws_kinesis_stream_consumer.Reader.arn
  function_name                  = aws_lambda_function.F.function_name
  starting_position              = "LATEST"
  parallelization_factor         = 2
  maximum_retry_attempts         = 3
  bisect_batch_on_function_error = true
  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.Dead.arn
    }
  }
}
