"""Reads of study hours: a person's year, what comes next, what a finished course came to."""

from app.hours.queries.ahead import Ahead, Kind, ahead, open_bars, open_duties, shortages
from app.hours.queries.credits import Finished, finished
from app.hours.queries.year import Bar, MyYear, Ring, book_of, my_year, today

__all__ = [
    "Ahead",
    "Bar",
    "Finished",
    "Kind",
    "MyYear",
    "Ring",
    "ahead",
    "book_of",
    "finished",
    "my_year",
    "open_bars",
    "open_duties",
    "shortages",
    "today",
]
