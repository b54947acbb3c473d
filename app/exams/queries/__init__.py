"""Reads of examinations: the person's list, the author's pages, what other domains ask of quizzes."""

from app.exams.queries import lectures
from app.exams.queries.authors import PoolRow, pool_rows, question_row
from app.exams.queries.incidents import news
from app.exams.queries.lists import ExamRow, QuizRow, closing_quizzes, exam_head, my_exams, start_page

__all__ = [
    "ExamRow",
    "PoolRow",
    "QuizRow",
    "closing_quizzes",
    "exam_head",
    "lectures",
    "my_exams",
    "news",
    "pool_rows",
    "question_row",
    "start_page",
]
