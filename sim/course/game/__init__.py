"""The game day: an incident that is not told, a console, and repairs while it goes on."""
