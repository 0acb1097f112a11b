variable "stage" {
  type    = string
  default = "live"
}

variable "alarmed" {
  type    = bool
  default = false
}

locals {
  workers = {
    orders = { timeout = 10, batch_size = 5, maximum_concurrency = 7 }
    bills  = { batch_size = 1 }
    plain  = { memory_size = 512 }
  }
  schedules = {
    nightly = "cron(0 3 * * ? *)"
    often   = "rate(5 minutes)"
  }
}

resource "aws_sqs_queue" "of" {
  for_each                   = { for name, settings in local.workers : name => settings if can(settings.batch_size) }
  name                       = "${each.key}-${var.stage}"
  visibility_timeout_seconds = 6 * lookup(each.value, "timeout", 3)
}

resource "aws_sqs_queue" "lost" {
  count = 2
  name  = "lost-${count.index}"
}

module "worker" {
  source                 = "./modules/worker"
  for_each               = local.workers
  name                   = "${each.key}-${var.stage}"
  settings               = { for key, value in each.value : key => value if value != null }
  queue_arn              = try(aws_sqs_queue.of[each.key].arn, null)
  dead_letter_target_arn = each.key == "plain" ? aws_sqs_queue.lost[0].arn : null
}

resource "aws_sqs_queue_redrive_policy" "of" {
  for_each  = aws_sqs_queue.of
  queue_url = each.value.id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.lost[1].arn
    maxReceiveCount     = 4
  })
}

resource "aws_cloudwatch_event_rule" "by_clock" {
  for_each            = local.schedules
  name_prefix         = each.key
  schedule_expression = each.value
  state               = each.key == "nightly" ? "ENABLED" : "DISABLED"
}

resource "aws_cloudwatch_event_target" "by_clock" {
  for_each = aws_cloudwatch_event_rule.by_clock
  rule     = each.value.name
  arn      = module.worker["plain"].arn
}

resource "aws_lambda_permission" "by_clock" {
  for_each      = aws_cloudwatch_event_rule.by_clock
  action        = "lambda:InvokeFunction"
  function_name = module.worker["plain"].name
  principal     = "events.amazonaws.com"
  source_arn    = each.value.arn
}

resource "aws_s3_bucket" "files" {
  bucket_prefix = "files-"
}

resource "aws_s3_bucket_notification" "files" {
  bucket = aws_s3_bucket.files.id
  lambda_function {
    lambda_function_arn = module.worker["plain"].all.arn
    events              = ["s3:ObjectCreated:*"]
  }
}

resource "aws_sns_topic" "news" {
  name = "news-${var.stage}"
}

resource "aws_sns_topic_subscription" "news" {
  for_each  = toset(["bills", "plain"])
  topic_arn = aws_sns_topic.news.arn
  protocol  = "lambda"
  endpoint  = module.worker[each.value].arn
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  count               = var.alarmed ? 1 : 0
  alarm_name          = "errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = module.worker["plain"].name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
}

resource "aws_lambda_function_event_invoke_config" "of" {
  for_each               = module.worker
  function_name          = each.value.name
  maximum_retry_attempts = each.key == "plain" ? 0 : 1
  destination_config {
    on_failure {
      destination = aws_sqs_queue.lost[0].arn
    }
  }
}

module "more" {
  source = "./modules/queues"
  names  = ["one", "two", "three"]
}

resource "aws_lambda_event_source_mapping" "one" {
  event_source_arn = module.more.arns["one"]
  function_name    = module.worker["plain"].arn
}

resource "aws_lambda_event_source_mapping" "two" {
  event_source_arn = module.more.all["two"].arn
  function_name    = module.worker["plain"].arn
}

resource "aws_lambda_event_source_mapping" "by_key" {
  for_each         = toset(["three"])
  event_source_arn = module.more.arns[each.key]
  function_name    = module.worker["plain"].arn
}
