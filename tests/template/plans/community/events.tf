module "topic" {
  source = "terraform-aws-modules/sns/aws" # 6.2.1
  name   = "orders"
  subscriptions = {
    worker = { protocol = "lambda", endpoint = module.worker.lambda_function_arn }
    copies = { protocol = "sqs", endpoint = module.copies.queue_arn, raw_message_delivery = true, filter_policy = jsonencode({ kind = ["new"] }) }
  }
}
module "copies" {
  source              = "terraform-aws-modules/sqs/aws" # 4.3.1
  name                = "copies"
  create_queue_policy = true
  queue_policy_statements = {
    sns = {
      actions    = ["sqs:SendMessage"]
      principals = [{ type = "Service", identifiers = ["sns.amazonaws.com"] }]
      conditions = [{ test = "ArnEquals", variable = "aws:SourceArn", values = [module.topic.topic_arn] }]
    }
  }
}
module "bus" {
  source   = "terraform-aws-modules/eventbridge/aws" # 3.17.1
  bus_name = "shop"
  rules = {
    orders = { event_pattern = jsonencode({ source = ["shop"] }) }
  }
  targets = {
    orders = [
      { name = "worker", arn = module.worker.lambda_function_arn, dead_letter_arn = module.copies.queue_arn },
    ]
  }
}
module "clock" {
  source               = "terraform-aws-modules/eventbridge/aws" # 3.17.1
  create_bus           = false
  attach_lambda_policy = true
  lambda_target_arns   = [module.worker.lambda_function_arn]
  rules                = { crons = { schedule_expression = "rate(5 minutes)" } }
  targets              = { crons = [{ name = "w", arn = module.worker.lambda_function_arn }] }
  schedules = {
    nightly = { schedule_expression = "cron(0 3 * * ? *)", timezone = "Europe/Berlin", arn = module.worker.lambda_function_arn }
  }
}
module "worker" {
  source                 = "terraform-aws-modules/lambda/aws" # 7.21.1
  function_name          = "worker"
  handler                = "a.b"
  runtime                = "python3.13"
  create_package         = false
  local_existing_package = "code.zip"
  publish                = true
  timeout                = 10
  allowed_triggers = {
    sns  = { principal = "sns.amazonaws.com", source_arn = module.topic.topic_arn }
    rule = { principal = "events.amazonaws.com", source_arn = module.bus.eventbridge_rule_arns["orders"] }
  }
}
module "alias" {
  source           = "terraform-aws-modules/lambda/aws//modules/alias" # 7.21.1
  name             = "live"
  function_name    = module.worker.lambda_function_name
  function_version = module.worker.lambda_function_version
  event_source_mapping = {
    copies = { event_source_arn = module.copies.queue_arn, batch_size = 1 }
  }
}
