"""What AWS accepts and is still wrong, each with a run that shows it."""
