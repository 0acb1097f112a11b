resource "aws_iot_topic_rule" "Rule" {
  name        = "rule"
  enabled     = true
  sql         = "SELECT * FROM 'a'"
  sql_version = "2016-03-23"
  lambda {
    function_arn = aws_lambda_function.F.arn
  }
}

resource "aws_cloudwatch_log_subscription_filter" "Logs" {
  name            = "logs"
  destination_arn = aws_lambda_function.F.arn
  filter_pattern  = "ERROR"
  log_group_name  = "/aws/other"
}

resource "aws_cognito_user_pool" "Pool" {
  name = "pool"
  lambda_config {
    pre_sign_up = aws_lambda_function.F.arn
  }
}

resource "aws_lb_target_group" "Group" {
  name        = "group"
  target_type = "lambda"
}

resource "aws_lb_target_group_attachment" "any" {
  target_group_arn = aws_lb_target_group.Group.arn
  target_id        = aws_lambda_function.F.arn
}
