"""A list of names says of everybody in scope what his card says, in one statement."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.exams.actions import Action
from app.kernel.work import Actor, College, working
from app.people import queries
from app.people.models import Appointment, Person
from tests import make
from tests.exams.build import WorkAs
from tests.house.test_statements import counted
from tests.people import build


def test_everybody_is_called_as_on_his_card_and_only_those_in_scope(college: College) -> None:
    cast = build.load(college).cast
    actor = build.actor(college, cast["district"])
    with working(college, actor, write=False) as work:
        everybody = list(work.session.scalars(select(Person.id)))
        seen = set(work.session.scalars(select(Person.id).where(queries.visible(work, Action.RELEASE, Person.id))))
        cards = queries.cards(work, seen)
        queries.named(work, Action.RELEASE, everybody)
        with counted(college) as statements:
            found = queries.named(work, Action.RELEASE, everybody)
    assert 0 < len(found) < len(everybody) and len(statements) == 1
    assert {number: (one.name, one.unit_zh, one.unit_en) for number, one in found.items()} == {
        number: (one.name, one.unit_name_zh, one.unit_name_en) for number, one in cards.items()
    }


def test_somebody_without_a_post_and_somebody_who_moved_twice(college: College, work_as: WorkAs) -> None:
    with work_as() as work:
        first, second = make.unit(work, "市人事局", name_en="Personnel"), make.unit(work, "市委党校", name_en="")
        moved, waiting = make.person(work, "调任", at=first), make.person(work, "待任", at=first)
        row, gone = (work.session.scalars(select(Appointment).where(Appointment.person_id == one.id)).one() for one in (moved, waiting))
        row.to_on, gone.superseded_at = date(2021, 1, 1), work.now
        again = Appointment(person_id=moved.id, unit_id=second.id, from_on=date(2021, 1, 2), recorded_at=work.now)
        work.session.add(again)
        ids = [moved.id, waiting.id]
        actor: Actor = make.actor(moved, Action.RELEASE)
    with work_as(actor, write=False) as work:
        found = queries.named(work, Action.RELEASE, ids)
    assert [(found[number].name, found[number].unit_zh, found[number].unit_name) for number in ids] == [
        ("调任", "市委党校", "市委党校"), ("待任", "", ""),
    ]  # fmt: skip
