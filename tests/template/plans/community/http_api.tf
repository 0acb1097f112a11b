module "api" {
  source                       = "terraform-aws-modules/apigateway-v2/aws" # 5.5.0
  name                         = "api"
  create_domain_name           = false
  protocol_type                = "HTTP"
  stage_default_route_settings = { throttling_rate_limit = 50, throttling_burst_limit = 80, detailed_metrics_enabled = true }
  authorizers = {
    guard = { authorizer_type = "REQUEST", authorizer_uri = module.guard.lambda_function_invoke_arn, authorizer_payload_format_version = "2.0", name = "guard", enable_simple_responses = true, identity_sources = ["$request.header.Authorization"] }
  }
  routes = {
    "POST /orders" = { authorization_type = "CUSTOM", authorizer_key = "guard", integration = { uri = module.orders.lambda_function_invoke_arn, payload_format_version = "2.0", timeout_milliseconds = 12000 } }
    "GET /bills"   = { integration = { uri = module.bills.lambda_function_arn, payload_format_version = "2.0" } }
    "$default"     = { integration = { uri = module.bills.lambda_function_arn } }
  }
}
module "guard" {
  source                 = "terraform-aws-modules/lambda/aws" # 7.21.1
  function_name          = "guard"
  handler                = "a.b"
  runtime                = "python3.13"
  create_package         = false
  local_existing_package = "code.zip"
}
module "orders" {
  source                 = "terraform-aws-modules/lambda/aws" # 7.21.1
  function_name          = "orders"
  handler                = "a.b"
  runtime                = "python3.13"
  create_package         = false
  local_existing_package = "code.zip"
  event_source_mapping = {
    clicks = { event_source_arn = aws_kinesis_stream.clicks.arn, starting_position = "LATEST", destination_arn_on_failure = module.lost.queue_arn, bisect_batch_on_function_error = true, filter_criteria = { pattern = jsonencode({ data = { a = [1] } }) } }
  }
  create_lambda_function_url = true
}
module "bills" {
  source                                  = "terraform-aws-modules/lambda/aws" # 7.21.1
  function_name                           = "bills"
  handler                                 = "a.b"
  runtime                                 = "python3.13"
  create_package                          = false
  local_existing_package                  = "code.zip"
  allowed_triggers                        = { api = { service = "apigateway", source_arn = "${module.api.api_execution_arn}/*/*" } }
  create_current_version_allowed_triggers = false
}
module "lost" {
  source = "terraform-aws-modules/sqs/aws" # 4.3.1
  name   = "lost"
}
resource "aws_kinesis_stream" "clicks" {
  name        = "clicks"
  shard_count = 2
}
