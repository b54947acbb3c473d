"""Reads of study: for the verbs, the pages, the programming interface and other domains."""

from .catalogue import Card, Filters, as_item, courses, read_filters, topics
from .continuing import Continuing, studying
from .course_page import CourseShown, LectureRow, as_document, course, course_of_lecture
from .evidence import MOST_SESSIONS, SessionRow, play_sessions, receipt
from .player_page import PlayerShown, medium_of, player
from .rewards import COURSE, Basis, Reward, Watched, basis, reward

__all__ = [
    "COURSE", "MOST_SESSIONS", "Basis", "Card", "Continuing", "CourseShown", "Filters", "LectureRow", "PlayerShown", "Reward",
    "SessionRow", "Watched", "as_document", "as_item", "basis", "course", "course_of_lecture", "courses", "medium_of", "play_sessions",
    "player", "read_filters", "receipt", "reward", "studying", "topics",
]  # fmt: skip
