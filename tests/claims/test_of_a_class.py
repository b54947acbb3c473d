"""A claim on the days of a class its person is in is found, to be explained by one and decided with a reason by the other (EX-E32)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.claims import service
from app.claims.service import refusals
from app.classes import service as classes
from app.classes.rules import Terms
from app.ledger.service import posting
from app.people.models import Account, Leave, Person, Unit
from tests import make
from tests.claims import build
from tests.claims.test_service import line
from tests.house.test_statements import counted

DAY = date(2026, 5, 12)
"""The day of the lecture that is claimed."""
NOTE = {"note": "晚上的报告会"}


@pytest.fixture
def cast(college):
    return build.cast(college)


def enrolled(work_as, actor, **more):
    """The person is in a class from the eleventh to the fifteenth of May."""
    with work_as() as work:
        unit = work.session.query(Unit).first()
        good = {"starts_on": date(2026, 5, 11), "ends_on": date(2026, 5, 15), "days": Decimal(1)}
        row = classes.enter(work, Terms("C-1", "处级干部进修班", "main_class", unit.code, **{**good, **more}))
        if work.session.query(Account).filter_by(person_id=actor.person_id).first() is None:
            make.account(work, work.session.get_one(Person, actor.person_id), "lixue")
        classes.enrol(work, row.uid, [("lixue",)])
        return row


def posted(actor, key, title):
    """A line of an off-post class on the day."""
    return line(actor.person_id, 1, activity_key=key, category="main_class", off_post=True, days=Decimal(1), occurred_from=DAY,
                occurred_to=DAY, delivery="offline", title=title)  # fmt: skip


def codes(college, uid):
    return [one["code"] for one in build.row(college, uid).findings]


def test_a_claim_on_a_day_of_ones_class_is_explained_and_decided_with_a_reason(college, cast, work_as):
    enrolled(work_as, cast.cadre)
    uid = build.draft(college, cast.cadre, "lecture")
    with pytest.raises(refusals.Unexplained) as refused, work_as(cast.cadre) as work:
        service.submit(work, uid)
    assert "处级干部进修班" in refused.value.sentence and "2026-05-12" in refused.value.sentence
    with work_as(cast.cadre) as work:
        service.edit(work, uid, {**build.LECTURE, **NOTE})
        service.submit(work, uid)
    claim = build.row(college, uid)
    assert claim.findings == [{"code": "overlap_member", "level": "ask", "count": 1, "from": "2026-05-12", "to": "2026-05-12",
                               "title": "处级干部进修班"}]  # fmt: skip
    assert claim.risk == 30
    with work_as(cast.unit) as work:
        service.pass_on(work, uid)
    with pytest.raises(refusals.BadVerdict), work_as(cast.city) as work:
        service.certify(work, uid)


@pytest.mark.parametrize("how", ["another day", "online", "cancelled", "withdrawn", "colleague"])
def test_a_class_that_keeps_nobody_there_is_not_found(college, cast, work_as, how):
    """Negative control of the rule above."""
    first = date(2026, 5, 13 if how == "another day" else 11)
    row = enrolled(work_as, cast.colleague if how == "colleague" else cast.cadre, off_post=how != "online", starts_on=first,
                   ends_on=date(2026, 12, 31) if how == "cancelled" else date(2026, 5, 15))  # fmt: skip
    with work_as() as work:
        if how == "cancelled":
            classes.cancel(work, row.uid, "不办")
        if how == "withdrawn":
            classes.withdraw(work, row.uid, work.session.get_one(Person, cast.cadre.person_id).uid, "工作需要")
    assert codes(college, build.handed_in(college, cast.cadre, "lecture", **NOTE)) == []


@pytest.mark.parametrize(("key", "title"), [("class", "另一名称"), ("ext:1", " 处级干部进修班 ")])
def test_a_class_whose_line_is_in_the_ledger_is_found_once(college, cast, work_as, key, title):
    row = enrolled(work_as, cast.cadre)
    with work_as() as work:
        posting.append(work, posted(cast.cadre, f"class:{row.id}" if key == "class" else key, title))
    assert codes(college, build.handed_in(college, cast.cadre, "lecture", **NOTE)) == ["overlap_class"]


def test_the_line_of_another_class_stands_beside_the_class_he_is_in(college, cast, work_as):
    enrolled(work_as, cast.cadre)
    with work_as() as work:
        posting.append(work, posted(cast.cadre, "ext:1", "依法行政专题班"))
    assert codes(college, build.handed_in(college, cast.cadre, "lecture", **NOTE)) == ["overlap_class", "overlap_member"]


LECTURE = "&".join(f"{name}={build.LECTURE[name]}" for name in ("occurred_from", "occurred_to"))


def test_the_form_says_beforehand_what_lies_on_the_same_days(college, cast, work_as, client):
    """Classes, off-post training, leave and other claims alike; what stands on no day of its own is beside nothing."""
    build.account(college, cast.cadre, "lixue", ("cadre", "self"))
    enrolled(work_as, cast.cadre)
    client.sign_in("lixue")
    told = "同期在培训班学习：“处级干部进修班”，2026-05-12。"
    assert client.get(f"/hours/claims/suggest/lecture?{LECTURE}").json["met"] == [told]
    assert client.get("/hours/claims/suggest/lecture?occurred_from=2026-05-16").json["met"] == []
    assert client.get(f"/hours/claims/suggest/book?{LECTURE}").json["met"] == []
    assert client.get("/hours/claims/suggest/lecture?occurred_from=2026-05-12&occurred_to=2026-05-11").json["met"] == []
    uid = build.draft(college, cast.cadre, "lecture")
    with counted(college) as seen:
        form = client.get(f"/hours/claims/{uid}/edit").text
    assert told in form.partition("data-met")[2].partition('name="note"')[0]
    assert len(seen) <= 10
    build.handed_in(college, cast.cadre, "lecture", title="另一场报告会", **NOTE)
    with work_as() as work:
        posting.append(work, posted(cast.cadre, "ext:1", "依法行政专题班"))
        work.session.add(Leave(person_id=cast.cadre.person_id, kind="sick", from_on=date(2026, 5, 1), to_on=date(2026, 5, 20),
                               recorded_at=work.now))  # fmt: skip
    met = client.get(f"/hours/claims/suggest/lecture?{LECTURE}").json["met"]
    assert [one.partition("：")[0].partition("，")[0] for one in met] == [
        "同日参加脱产培训",
        "同期在培训班学习",
        "同日脱产请假",
        "同日另有申报",
    ]
