"""Search 搜索: courses, lectures and what is said in them, found by the words of the reader.

Noun: SearchDocument. Floor 7: it knows the catalogue and its media, not learners. Nothing is found that is not published.
"""
