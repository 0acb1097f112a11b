resource "aws_scheduler_schedule" "FNightly" {
  schedule_expression          = "cron(0 3 * * ? *)"
  schedule_expression_timezone = "Europe/Berlin"
  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 15
  }
  target {
    arn      = aws_lambda_function.F.arn
    role_arn = aws_iam_role.worker.arn
    retry_policy {
      maximum_retry_attempts       = 5
      maximum_event_age_in_seconds = 600
    }
  }
}
