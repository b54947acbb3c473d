"""A reminder is offered, and sent, only where something can still be done about it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask_babel import force_locale
from sqlalchemy import select, update

from app.compliance import service, words
from app.compliance.models import Reminder, Standing
from app.hours.printing import wording
from app.kernel.i18n import _ as gettext
from app.people.models import Person
from app.years.models import AccountingYear


def test_the_page_of_a_person_offers_a_reminder_only_where_it_would_be_one(city, desk, work_as):
    someone = city.readers["cadre"]
    place, offered = f"/manage/compliance/people/{someone.uid}?year=2026", "/manage/compliance/remind"
    assert offered in (before := desk(place, "personnel").text) and "上次提醒" not in before
    desk(offered, "personnel", who=str(someone.uid), year="2026")
    after = desk(place, "personnel").text
    assert offered not in after and "上次提醒 2026-11-22" in after, "not again within a week"
    other = city.people["organ"][1]
    with work_as() as work:
        work.session.execute(update(Standing).values(state="met").where(Standing.person_id == other.id))
    assert offered not in desk(f"/manage/compliance/people/{other.uid}?year=2026", "personnel").text, "he lacks nothing"


def test_nobody_is_reminded_of_a_closed_year(city, desk, college, work_as):
    """It would keep him from being reminded of this one for a week."""
    service.rebuild(college, 2025)
    someone = city.readers["cadre"]
    lists, person = "/manage/compliance/people?year=2025&status=short", f"/manage/compliance/people/{someone.uid}?year=2025"
    offered, chosen = "/manage/compliance/remind", {"who": str(someone.uid), "year": "2025"}
    assert 'name="who"' in desk(lists, "personnel").text and offered in desk(person, "personnel").text, "an open year"
    with work_as() as work:
        work.session.add(AccountingYear(year=2025, state="closed", opened_at=work.now, closed_at=datetime(2026, 1, 20, tzinfo=UTC)))
    assert 'name="who"' not in desk(lists, "personnel").text and offered not in desk(person, "personnel").text
    for sent in (chosen, {"all": "1", "year": "2025", "requirement": "*", "status": "short"}):
        refused = desk(offered, "personnel", **sent)
        assert refused.status_code == 409 and "2025 年度已结账" in refused.text
    with work_as(write=False) as work:
        assert work.session.scalars(select(Reminder)).all() == []


def test_whoever_has_retired_is_reminded_of_nothing_any_more(city, desk, work_as):
    someone = city.readers["cadre"]
    desk("/manage/compliance/remind", "personnel", who=str(someone.uid), year="2026")
    assert "提醒您" in desk("/reminders", "cadre").text
    with work_as() as work:
        work.session.get_one(Person, someone.id).status = "retired"
    assert "提醒您" not in desk("/reminders", "cadre").text


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_lists_and_ones_own_page_have_one_word_for_one_standing(app, language):
    with app.test_request_context(), force_locale(language):
        terms = app.jinja_env.get_template("hours/_terms.html").make_module({"_": gettext})
        for status in ("met", "unmet", "not_yet_due", "exempt"):
            told = {words.status_word(status), wording.status(status), str(terms.status_text(status))}
            assert len(told) == 1, told
