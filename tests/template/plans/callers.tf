resource "aws_lambda_function" "F" {
  function_name = "worker"
  runtime       = "python3.13"
  handler       = "a.b"
  filename      = "code.zip"
  role          = aws_iam_role.worker.arn
  publish       = true
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

resource "aws_kinesis_firehose_delivery_stream" "Delivery" {
  name        = "delivery"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn   = aws_iam_role.worker.arn
    bucket_arn = "arn:aws:s3:::delivered"
    processing_configuration {
      enabled = true
      processors {
        type = "Lambda"
        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = "${aws_lambda_function.F.arn}:$LATEST"
        }
        parameters {
          parameter_name  = "NumberOfRetries"
          parameter_value = "5"
        }
      }
    }
  }
}

resource "aws_appsync_datasource" "Source" {
  api_id           = "abc"
  name             = "source"
  type             = "AWS_LAMBDA"
  service_role_arn = aws_iam_role.worker.arn
  lambda_config {
    function_arn = aws_lambda_function.F.arn
  }
}

resource "aws_cloudfront_distribution" "Site" {
  enabled = true
  origin {
    domain_name = "example.com"
    origin_id   = "own"
  }
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "own"
    viewer_protocol_policy = "https-only"
    lambda_function_association {
      event_type = "origin-request"
      lambda_arn = aws_lambda_function.F.qualified_arn
    }
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

resource "aws_ses_receipt_rule" "Mail" {
  name          = "mail"
  rule_set_name = "all"
  s3_action {
    bucket_name = "mail"
    position    = 1
  }
  lambda_action {
    function_arn    = aws_lambda_function.F.arn
    invocation_type = "RequestResponse"
    position        = 2
  }
}

resource "aws_config_config_rule" "Rule" {
  name = "rule"
  source {
    owner             = "CUSTOM_LAMBDA"
    source_identifier = aws_lambda_function.F.arn
    source_detail {
      message_type = "ConfigurationItemChangeNotification"
    }
  }
}

resource "aws_config_organization_custom_rule" "Organization" {
  name                = "organization"
  lambda_function_arn = aws_lambda_function.F.arn
  trigger_types       = ["ConfigurationItemChangeNotification"]
}

resource "aws_codecommit_trigger" "Repo" {
  repository_name = "repo"
  trigger {
    name            = "all"
    events          = ["all"]
    destination_arn = aws_lambda_function.F.arn
  }
}

resource "aws_connect_lambda_function_association" "Desk" {
  function_arn = aws_lambda_function.F.arn
  instance_id  = "11111111-1111-1111-1111-111111111111"
}

resource "aws_secretsmanager_secret_rotation" "Rotate" {
  secret_id           = "some"
  rotation_lambda_arn = aws_lambda_function.F.arn
  rotation_rules {
    automatically_after_days = 30
  }
}

resource "aws_s3control_object_lambda_access_point" "Lens" {
  name = "lens"
  configuration {
    supporting_access_point = "arn:aws:s3:us-east-1:123456789012:accesspoint/plain"
    transformation_configuration {
      actions = ["GetObject"]
      content_transformation {
        aws_lambda {
          function_arn = aws_lambda_function.F.arn
        }
      }
    }
  }
  account_id = "123456789012"
}

resource "aws_codepipeline" "Line" {
  name     = "line"
  role_arn = aws_iam_role.worker.arn
  artifact_store {
    location = "artifacts"
    type     = "S3"
  }
  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "S3"
      version          = "1"
      output_artifacts = ["code"]
      configuration    = { S3Bucket = "code", S3ObjectKey = "code.zip" }
    }
  }
  stage {
    name = "Call"
    action {
      name          = "Call"
      category      = "Invoke"
      owner         = "AWS"
      provider      = "Lambda"
      version       = "1"
      configuration = { FunctionName = aws_lambda_function.F.function_name }
    }
  }
}

resource "aws_alb_target_group" "Old" {
  name        = "old"
  target_type = "lambda"
}

resource "aws_alb_target_group_attachment" "old" {
  target_group_arn = aws_alb_target_group.Old.arn
  target_id        = aws_lambda_function.F.arn
}

resource "aws_vpclattice_target_group" "Lattice" {
  name = "lattice"
  type = "LAMBDA"
}

resource "aws_vpclattice_target_group_attachment" "lattice" {
  target_group_identifier = aws_vpclattice_target_group.Lattice.id
  target {
    id = aws_lambda_function.F.arn
  }
}

resource "aws_apigatewayv2_api" "Quick" {
  name          = "quick"
  protocol_type = "HTTP"
  target        = aws_lambda_function.F.arn
}

resource "aws_apigatewayv2_deployment" "Quick" {
  api_id = aws_apigatewayv2_api.Quick.id
}
