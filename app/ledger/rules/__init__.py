"""What a line is, how its bytes are hashed, and what may be posted. Pure: no web, no database, no clock."""
