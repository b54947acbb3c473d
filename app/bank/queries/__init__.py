"""Reads of the bank."""

from app.bank.queries.faces import Face, faces, topics

__all__ = ["Face", "faces", "topics"]
