"""Reads of search: what is found, and what of the catalogue is to be found."""

from .finding import Found, Hit, search

__all__ = ["Found", "Hit", "search"]
