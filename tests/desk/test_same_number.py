"""Two people may claim in one millisecond and get claims of one number: a number means something together with its person only."""

from __future__ import annotations

from functools import partial

import pytest

from app.claims.service import deciding, moving
from app.desk import service
from app.kernel import ids
from app.kernel.work import Actor, working
from tests.desk import build
from tests.desk.test_service import hold


@pytest.fixture
def twins(college, monkeypatch):
    """An office in which two claims of two people have one number."""
    monkeypatch.setattr(moving, "person_uid", partial(ids.person_uid, draw=lambda _bits: 7))
    office = build.office(college)
    pair = office.checked("cadre"), office.checked("colleague", cert_no="K-1")
    assert len({office.row(uid).id for uid in pair}) == 1
    return office, *pair


def test_what_is_held_of_one_leaves_the_other_free(twins):
    office, mine, other = twins
    hold(office, "city2", mine)
    with working(office.college, office.actor("city")) as work:
        _held, left = service.hold_many(work, [mine, other])
    assert [one.uid for one in left] == [mine]


def test_each_has_its_own_files(twins):
    office, mine, other = twins
    with working(office.college, Actor.system("test"), write=False) as work:
        rows = [office.row(mine), office.row(other)]
        found = deciding.shas(work, rows)
    assert [len(found[row.person_id, row.id]) for row in rows] == [1, 1]
    assert found[rows[0].person_id, rows[0].id] != found[rows[1].person_id, rows[1].id]
