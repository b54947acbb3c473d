"""Work that goes on without a person waiting: the job row is the truth, huey only carries the wake-up.

Nouns: Job. Floor 1. A job is enqueued in the transaction of the fact that needs it; a sweeper brings back
what a killed worker held (decisions 34, architecture.md §4.13).
"""
