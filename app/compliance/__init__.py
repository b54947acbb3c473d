"""Compliance 达标: where every person of the city stands in every requirement, kept up to date, and reported by scope.

Nouns: Standing (one person, one year, one requirement), JudgedYear (a year that is kept), Reminder. Floor 11.
"""
