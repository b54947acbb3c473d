"""Column types that hold on both engines, and the refusal to run on a database that forgets."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, func, select

from app.catalogue.models import CourseVersion
from app.kernel.db import UnsafeDatabase, assert_durable, make_engine
from app.people.models import Person
from tests import make


def test_hours_are_exact_and_sum_exactly(work_as):
    with work_as() as work:
        owner = make.person(work)
        for _ in range(3):
            make.course(work, owner, nominal_hours=Decimal("0.1"))
        total = work.session.scalar(select(func.sum(CourseVersion.nominal_hours)))
        assert total == Decimal("0.30")
        assert work.session.scalar(select(CourseVersion.nominal_hours).limit(1)) == Decimal("0.10")


def test_hours_with_a_third_decimal_are_refused(work_as):
    with pytest.raises(Exception, match="two decimals"), work_as() as work:
        make.course(work, make.person(work), nominal_hours=Decimal("0.125"))


def test_moments_come_back_aware_and_in_utc(work_as):
    east = timezone(timedelta(hours=8))
    with work_as() as work:
        person = make.person(work)
        person.created_at = datetime(2026, 1, 1, 7, 0, tzinfo=east)
        work.session.flush()
        work.session.expire(person)
        assert person.created_at == datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
        assert person.created_at.utcoffset() == timedelta(0)


def test_a_naive_moment_is_refused(work_as):
    with pytest.raises(Exception, match="without a time zone"), work_as() as work:
        work.session.execute(select(Person).where(Person.created_at > datetime(2026, 1, 1)))


def test_our_engine_is_durable(tmp_path):
    assert_durable(make_engine(f"sqlite:///{tmp_path / 'safe.sqlite3'}"))


def test_an_engine_that_does_not_sync_is_refused_by_name(tmp_path):
    with pytest.raises(UnsafeDatabase, match="journal_mode is 'delete'"):
        assert_durable(create_engine(f"sqlite:///{tmp_path / 'unsafe.sqlite3'}"))
