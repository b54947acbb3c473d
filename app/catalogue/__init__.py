"""The catalogue 课程目录: what is taught, in which version, under which framework.

Nouns: Course, CourseVersion, Lecture, Topic. Floor 5: it knows people and media, not learners.
A published version never changes; its hours are frozen with the rule that made them. Announces CoursePublished.
"""
