module "orders" {
  source                     = "terraform-aws-modules/sqs/aws" # 4.3.1
  name                       = "orders"
  visibility_timeout_seconds = 60
  create_dlq                 = true
  redrive_policy             = { maxReceiveCount = 4 }
}
module "lost" {
  source = "terraform-aws-modules/sqs/aws" # 4.3.1
  name   = "lost"
}
module "worker" {
  source                                    = "terraform-aws-modules/lambda/aws" # 7.21.1
  function_name                             = "worker"
  handler                                   = "a.b"
  runtime                                   = "python3.13"
  create_package                            = false
  local_existing_package                    = "code.zip"
  attach_dead_letter_policy                 = true
  dead_letter_target_arn                    = module.lost.queue_arn
  maximum_retry_attempts                    = 1
  create_async_event_config                 = true
  create_current_version_async_event_config = false
  destination_on_failure                    = module.lost.queue_arn
  event_source_mapping = {
    orders = {
      event_source_arn        = module.orders.queue_arn
      batch_size              = 5
      scaling_config          = { maximum_concurrency = 7 }
      function_response_types = ["ReportBatchItemFailures"]
    }
  }
  allowed_triggers = {
    sqs = { principal = "sqs.amazonaws.com", source_arn = module.orders.queue_arn }
  }
}
