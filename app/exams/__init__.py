"""Examinations (考试): questions, exams, attempts, answers, marks.

Nouns: Question, QuestionVersion, Exam, Attempt, Answer. Floor 6: knows papers and persons, not studies; who may sit is
asked of a registered port. The closing quiz of a course is an exam like any other (decisions 25).
"""
