"""Reads of study hours: a person's year, what comes next, what a finished course came to."""

from app.hours.queries.ahead import Ahead, Kind, ahead, lacking, open_bars, open_duties, shortages
from app.hours.queries.credits import Finished, finished
from app.hours.queries.cycle import Cycle, cycle_of
from app.hours.queries.examined import basis as exam_basis
from app.hours.queries.examined import who_passed
from app.hours.queries.menu import closing, reader_of
from app.hours.queries.transcript import Transcript, transcript
from app.hours.queries.year import Bar, MyYear, Record, Ring, bars_of, book_of, my_year, record, today

__all__ = [
    "Ahead", "Bar", "Cycle", "Finished", "Kind", "MyYear", "Record", "Ring", "Transcript", "ahead", "bars_of", "book_of", "closing",
    "cycle_of", "exam_basis", "finished", "lacking", "my_year", "open_bars", "open_duties", "reader_of", "record", "shortages",
    "today", "transcript", "who_passed",
]  # fmt: skip
