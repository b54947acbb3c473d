"""Reads of study: for the verbs, the pages, the programming interface and other domains."""

from .catalogue import Card, Filters, as_item, courses, read_filters, topics
from .courses import CourseShown, LectureRow, as_document, course, course_of_lecture
from .evidence import receipt
from .studying import Continuing, studying

__all__ = [
    "Card", "Continuing", "CourseShown", "Filters", "LectureRow", "as_document", "as_item", "course", "course_of_lecture", "courses",
    "read_filters", "receipt", "studying", "topics",
]  # fmt: skip
