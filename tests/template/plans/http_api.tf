resource "aws_apigatewayv2_api" "Api" {
  name          = "api"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_authorizer" "Guard" {
  api_id                            = aws_apigatewayv2_api.Api.id
  name                              = "guard"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = aws_lambda_function.F.invoke_arn
  authorizer_payload_format_version = "2.0"
  authorizer_result_ttl_in_seconds  = 60
}

resource "aws_apigatewayv2_integration" "call" {
  api_id               = aws_apigatewayv2_api.Api.id
  integration_type     = "AWS_PROXY"
  integration_uri      = aws_lambda_function.F.invoke_arn
  timeout_milliseconds = 5000
}

resource "aws_apigatewayv2_route" "orders" {
  api_id             = aws_apigatewayv2_api.Api.id
  route_key          = "POST /orders"
  target             = "integrations/${aws_apigatewayv2_integration.call.id}"
  authorization_type = "CUSTOM"
  authorizer_id      = aws_apigatewayv2_authorizer.Guard.id
}

resource "aws_apigatewayv2_stage" "live" {
  api_id      = aws_apigatewayv2_api.Api.id
  name        = "$default"
  auto_deploy = true
  default_route_settings {
    throttling_rate_limit  = 50
    throttling_burst_limit = 100
  }
}

resource "aws_cloudwatch_metric_alarm" "Failing" {
  alarm_name          = "failing"
  namespace           = "AWS/ApiGateway"
  metric_name         = "5xx"
  dimensions          = { ApiId = aws_apigatewayv2_api.Api.id }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanThreshold"
}
