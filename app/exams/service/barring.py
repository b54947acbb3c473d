"""Why somebody may not sit an examination: a refusal with its sentence for each condition of its rule."""

from __future__ import annotations

from collections.abc import Mapping

from app.exams.rules.admission import Barred
from app.exams.service.refusals import NotEligible
from app.kernel.i18n import _l


class NotOnRoster(NotEligible):
    """The examination is for those named on its roster."""

    text = _l("This examination is for the people on its roster.")


class NotInClass(NotEligible):
    """The examination is for the members of a training class; who withdrew is none."""

    text = _l("This exam is for the members of a training class, and you are not in it.")


class ClassCancelled(NotEligible):
    """The examination is for the members of a training class that was cancelled."""

    text = _l("The training class that this exam belongs to was cancelled, so it cannot be sat.")


class OtherUnit(NotEligible):
    """The examination is for another part of the city."""

    text = _l("This examination is for other units.")


class OtherRank(NotEligible):
    """The examination is for other ranks."""

    text = _l("This examination is for other ranks.")


class OtherTeam(NotEligible):
    """The examination is for other teams."""

    text = _l("This examination is for other teams.")


class CourseNotFinished(NotEligible):
    """A course has to be finished first."""

    text = _l("This examination opens when the course that goes with it is finished.")


NOT_ADMITTED: Mapping[Barred, type[NotEligible]] = {
    Barred.ROSTER: NotOnRoster,
    Barred.CLASS: NotInClass,
    Barred.CANCELLED: ClassCancelled,
    Barred.UNIT: OtherUnit,
    Barred.RANK: OtherRank,
    Barred.TEAM: OtherTeam,
    Barred.COURSE: CourseNotFinished,
}
"""The refusal that goes with each condition that is not met."""
