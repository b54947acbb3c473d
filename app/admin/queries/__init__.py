"""Reads of the auditor: trails, samples and lines of the people in his scope, each list by keyset and in few statements."""

from app.admin.queries.asked import MOST_NAMED, View, Wanted
from app.admin.queries.claims import ClaimDeed, claim_deeds
from app.admin.queries.courses import CourseDeed, course_deeds
from app.admin.queries.lines import Audited, audited, called
from app.admin.queries.samples import SampleRow, sample_counts, samples
from app.admin.queries.years import YearDeed, year_deeds

__all__ = [
    "MOST_NAMED", "Audited", "ClaimDeed", "CourseDeed", "SampleRow", "View", "Wanted", "YearDeed", "audited", "called", "claim_deeds",
    "course_deeds", "sample_counts", "samples", "year_deeds",
]  # fmt: skip
