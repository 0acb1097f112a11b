"""What happened to one event, told in sentences with the rules' links."""
