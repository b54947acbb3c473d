"""Verbs of study hours; the only door for other domains."""

from app.hours.service.courses import (
    CourseCredited,
    CreditDecided,
    MadeCourse,
    OwnCredit,
    ReasonMissing,
    activity_key,
    certify_credit,
    credit_course,
    credit_of,
    decline_credit,
    refuse_maker,
    revoke_credit,
)
from app.hours.service.examined import AFTER, EXAM, POST, Settled, settle_exam

__all__ = [
    "AFTER",
    "EXAM",
    "POST",
    "CourseCredited",
    "CreditDecided",
    "MadeCourse",
    "OwnCredit",
    "ReasonMissing",
    "Settled",
    "activity_key",
    "certify_credit",
    "credit_course",
    "credit_of",
    "decline_credit",
    "refuse_maker",
    "revoke_credit",
    "settle_exam",
]
