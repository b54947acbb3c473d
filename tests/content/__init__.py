"""What the college ships to teach with."""
