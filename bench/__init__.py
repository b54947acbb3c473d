"""Measurements of docs/performance.md: each figure with its reference from the same run. Run by `make bench`."""
