"""One picture for each question, drawn with matplotlib."""
