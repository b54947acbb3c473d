"""The rules of examinations: drawing, time, answers, marks. Pure: no web, no database, no clock."""
