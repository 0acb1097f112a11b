"""Plans of Terraform and OpenTofu, in JSON, as CloudFormation: there is one reader for both."""
