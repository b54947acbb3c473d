"""Whose eyes a picture is for, as far as the bank knows: whoever brought it in, and whoever may see a question that shows it."""

from __future__ import annotations

from sqlalchemy import exists, select

from app.bank.models import Card, PictureGiver, PictureUse, QuestionVersion
from app.bank.queries.lists import visible
from app.kernel.work import Work


def versions(work: Work, sha256: str) -> list[int]:
    """The question versions that show a picture."""
    return list(work.session.scalars(select(PictureUse.version_id).where(PictureUse.sha256 == sha256)))


def may_see(work: Work, sha256: str) -> bool:
    """Whether the actor brought this picture in, or sees a question of the bank that shows it, in whatever version."""
    given = exists().where(PictureGiver.sha256 == sha256, PictureGiver.person_id == work.actor.person_id)
    shown = (
        select(PictureUse.version_id)
        .join(QuestionVersion, QuestionVersion.id == PictureUse.version_id)
        .join(Card, Card.question_id == QuestionVersion.question_id)
        .where(PictureUse.sha256 == sha256, visible(work))
        .exists()
    )
    return bool(work.session.scalar(select(given | shown)))
