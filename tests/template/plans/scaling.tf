resource "aws_lambda_function" "F" {
  function_name = "worker"
  runtime       = "python3.13"
  handler       = "a.b"
  filename      = "code.zip"
  role          = aws_iam_role.worker.arn
  publish                        = true
  memory_size                    = 1769
  reserved_concurrent_executions = 100
  architectures                  = ["arm64"]
  ephemeral_storage {
    size = 1024
  }
  environment {
    variables = { STAGE = "live" }
  }
}

data "aws_iam_policy_document" "worker" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = data.aws_iam_policy_document.worker.json
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.F.function_name
  function_version = aws_lambda_function.F.version
}

resource "aws_lambda_function_recursion_config" "F" {
  function_name  = aws_lambda_function.F.function_name
  recursive_loop = "Allow"
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  function_name                     = aws_lambda_alias.live.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = 3
}

resource "aws_appautoscaling_target" "live" {
  min_capacity       = 3
  max_capacity       = 50
  resource_id        = "function:${aws_lambda_function.F.function_name}:${aws_lambda_alias.live.name}"
  scalable_dimension = "lambda:function:ProvisionedConcurrency"
  service_namespace  = "lambda"
}

resource "aws_appautoscaling_policy" "live" {
  name               = "half"
  policy_type        = "TargetTrackingScaling"
  resource_id        = aws_appautoscaling_target.live.resource_id
  scalable_dimension = aws_appautoscaling_target.live.scalable_dimension
  service_namespace  = aws_appautoscaling_target.live.service_namespace
  target_tracking_scaling_policy_configuration {
    target_value = 0.5
    predefined_metric_specification {
      predefined_metric_type = "LambdaProvisionedConcurrencyUtilization"
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "morning" {
  name               = "up"
  schedule           = "cron(0 8 * * ? *)"
  resource_id        = aws_appautoscaling_target.live.resource_id
  scalable_dimension = aws_appautoscaling_target.live.scalable_dimension
  service_namespace  = aws_appautoscaling_target.live.service_namespace
  scalable_target_action {
    min_capacity = 20
  }
}

resource "aws_lambda_event_source_mapping" "work" {
  event_source_arn = aws_sqs_queue.Work.arn
  function_name    = aws_lambda_alias.live.arn
}

resource "aws_sqs_queue" "Work" {
  name_prefix = "work-"
}
