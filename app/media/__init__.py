"""Turns a file that an instructor uploads into a lecture that plays: receive, check, remux, encode, caption.

Nouns: Upload (a file on its way, tus 1.0), Asset (one film or recording and all that was made of it), rendition
(one HLS ladder rung), segment. Floor 3: it knows people and jobs, and nothing of courses.
"""
