"""What is done with a call once it has ended."""
