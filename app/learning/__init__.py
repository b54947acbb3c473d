"""Trusted study: play sessions, watch time credited by the server's clock, and the completion of lectures and courses.

Nouns: Play (the one live session of a person), Delivery, Coverage, Evidence, Progress. Floor 8.
"""
