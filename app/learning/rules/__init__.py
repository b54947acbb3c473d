"""How showing a lecture turns into credited milliseconds and a finished course. Pure: no web, no database, no clock."""
