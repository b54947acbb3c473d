"""What the college ships to teach with: courses, their reader and, for authors, their builder."""
