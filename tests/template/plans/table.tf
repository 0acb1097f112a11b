resource "aws_dynamodb_table" "Orders" {
  name             = "orders"
  hash_key         = "id"
  billing_mode     = "PAY_PER_REQUEST"
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_lambda_event_source_mapping" "FOrders" {
  event_source_arn              = aws_dynamodb_table.Orders.stream_arn
  function_name                 = aws_lambda_function.F.arn
  starting_position             = "TRIM_HORIZON"
  maximum_record_age_in_seconds = 600
}
