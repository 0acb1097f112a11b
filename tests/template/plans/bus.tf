resource "aws_cloudwatch_event_bus" "Bus" {
  name = "shop"
}

resource "aws_sqs_queue" "Dead" {}

resource "aws_cloudwatch_event_rule" "FOrders" {
  name           = "orders"
  event_bus_name = aws_cloudwatch_event_bus.Bus.name
  event_pattern  = jsonencode({ "detail-type" = ["order"] })
}

resource "aws_cloudwatch_event_target" "worker" {
  rule           = aws_cloudwatch_event_rule.FOrders.name
  event_bus_name = aws_cloudwatch_event_bus.Bus.name
  arn            = aws_lambda_function.F.arn
  retry_policy {
    maximum_retry_attempts       = 2
    maximum_event_age_in_seconds = 3600
  }
  dead_letter_config {
    arn = aws_sqs_queue.Dead.arn
  }
}
