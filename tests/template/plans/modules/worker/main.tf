variable "name" {
  type = string
}

variable "settings" {
  type    = map(number)
  default = {}
}

variable "queue_arn" {
  type    = string
  default = null
}

variable "dead_letter_target_arn" {
  type    = string
  default = null
}

locals {
  timeout = lookup(var.settings, "timeout", 3)
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  runtime       = "python3.13"
  handler       = "a.b"
  filename      = "code.zip"
  role          = "arn:aws:iam::123456789012:role/worker"
  timeout       = local.timeout
  memory_size   = try(var.settings.memory_size, 128)
  dynamic "dead_letter_config" {
    for_each = var.dead_letter_target_arn == null ? [] : [true]
    content {
      target_arn = var.dead_letter_target_arn
    }
  }
}

resource "aws_lambda_event_source_mapping" "this" {
  count            = contains(keys(var.settings), "batch_size") ? 1 : 0
  event_source_arn = var.queue_arn
  function_name    = aws_lambda_function.this.arn
  batch_size       = var.settings.batch_size
  dynamic "scaling_config" {
    for_each = lookup(var.settings, "maximum_concurrency", null) == null ? [] : [1]
    content {
      maximum_concurrency = var.settings.maximum_concurrency
    }
  }
}

output "arn" {
  value = aws_lambda_function.this.arn
}

output "name" {
  value = aws_lambda_function.this.function_name
}

output "all" {
  value = aws_lambda_function.this
}
