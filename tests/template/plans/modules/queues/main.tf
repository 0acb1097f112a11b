variable "names" {
  type = set(string)
}

resource "aws_sqs_queue" "this" {
  for_each = var.names
  name     = each.key
}

output "arns" {
  value = { for key, queue in aws_sqs_queue.this : key => queue.arn }
}

output "all" {
  value = aws_sqs_queue.this
}
