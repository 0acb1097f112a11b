"""What only the course needs: its reference system, incidents, trials and glossary."""
