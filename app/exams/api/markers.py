"""The markers of an examination by program, by the rules of the page."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from app.exams import service
from app.exams.actions import Action
from app.exams.api.planning import Code
from app.exams.api.routes import routes
from app.exams.models import Exam
from app.exams.queries import markers
from app.kernel.work import Work


class Named(msgspec.Struct, forbid_unknown_fields=True):
    """User names of those who mark, within one's scope, in the place of those named there before; none: everybody who may mark."""

    user_names: Annotated[list[Code], msgspec.Meta(max_length=markers.MOST)]


class MarkersShown(msgspec.Struct):
    """Those named within one's scope, and how many are `named` in all; so many of them may mark now, where `needed` are wanted."""

    user_names: list[str]
    named: int
    marking: int
    needed: int


@routes.get("/api/v1/exams/<uuid:uid>/markers", allow=Action.ASSEMBLE, answers={200: MarkersShown})
def show_markers(work: Work, uid: UUID) -> MarkersShown:
    """Who is named to mark the examination."""
    return _shown(work, service.planned(work, uid)[0])


@routes.put("/api/v1/exams/<uuid:uid>/markers", allow=Action.ASSEMBLE, body=Named, answers={200: MarkersShown})
def name_markers(work: Work, uid: UUID, body: Named) -> MarkersShown:
    """Name the markers of the examination, at any time; marks that were given stand."""
    service.name_markers(work, uid, body.user_names)
    return _shown(work, service.planned(work, uid)[0])


def _shown(work: Work, exam: Exam) -> MarkersShown:
    found = markers.of(work, exam)
    return MarkersShown([one.user_name for one in found.rows if one.is_named], found.named, found.marking, found.needed)
