"""Study hours 学时: finished courses become ledger lines, and a year of lines becomes figures a person can read.

Nouns: CourseCredit (what a finished course came to), MyYear (required, done, short, and why). Floor 10.
"""
