resource "aws_sfn_state_machine" "Flow" {
  name     = "flow"
  role_arn = aws_iam_role.worker.arn
  definition = jsonencode({
    StartAt = "Work"
    States = {
      Work = {
        Type     = "Task"
        Resource = aws_lambda_function.F.arn
        End      = true
      }
    }
  })
}

resource "aws_cloudwatch_metric_alarm" "Errors" {
  alarm_name          = "errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.F.function_name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
}
