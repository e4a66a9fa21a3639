"""What happens before the virtual environment exists: standard library only."""
