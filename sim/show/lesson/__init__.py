"""What a lesson asks its reader and shows beside a run."""
