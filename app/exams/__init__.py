"""Examinations (考试): exams, attempts, answers, marks.

Nouns: Exam, Attempt, Answer. Floor 7: knows papers and persons, not studies; who may sit is
asked of a registered port. The closing quiz of a course is an exam like any other (decisions 25).
"""
