"""The question bank (题库): questions, their versions and keys, review, import and export.

Nouns: Question, QuestionVersion, QuestionKey. Floor 6: knows courses and persons, not papers and attempts; examinations
draw from it. The public words and the secret key of a version are two tables (INV-I18).
"""
