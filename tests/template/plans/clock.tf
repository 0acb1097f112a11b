resource "aws_cloudwatch_event_rule" "FNightly" {
  name                = "nightly"
  schedule_expression = "rate(5 minutes)"
}

resource "aws_cloudwatch_event_target" "worker" {
  rule = aws_cloudwatch_event_rule.FNightly.name
  arn  = aws_lambda_function.F.arn
}
