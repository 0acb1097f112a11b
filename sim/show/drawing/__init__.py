"""What all pictures share: colours, axes, marks, legends, files."""
