"""The worked examples of the domain description that are about watched time (EX-E04…E07, E33)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.learning import service
from app.learning.rules.credit import Policy
from app.learning.rules.journal import Excluded
from app.rulebook.rules import convert
from tests.learning.build import Study, cadre, taught
from tests.learning.test_rules import HOUR, Learner
from tests.rulebook.build import book

LESSON = 2_700_000
"""Forty-five minutes."""
STEP = 15_000


def watch(learner: Learner, first: int, last: int, after: int = STEP, **more: Any) -> Any:
    """From one moment of the film to another, in beats of fifteen seconds; the last answer."""
    for start in range(first, last, STEP):
        verdict = learner.watch(start, min(start + STEP, last), after=after, **more)
    return verdict


def hours(covered_ms: int) -> Decimal:
    return convert(book("national-2023"), "online_course", [LESSON // 1000], covered_seconds=[covered_ms // 1000]).hours


def lesson(rate: str = "1.0") -> Learner:
    return Learner(LESSON, Policy(max_rate_permille=int(Decimal(rate) * 1000), required_ms=LESSON * 9 // 10))


def test_e04_the_first_ten_minutes_five_times_are_ten_minutes():
    learner = lesson()
    for _ in range(5):
        answer = watch(learner, 0, 600_000).answer
    assert (learner.total, answer.complete, hours(learner.total)) == (600_000, False, Decimal(0))
    assert round(Decimal(learner.total) / LESSON, 3) == Decimal("0.222")


@pytest.mark.parametrize(("rate", "share"), [("1.0", "0.5"), ("1.5", "0.75")])
def test_e05_double_speed_is_credited_at_the_rate_the_city_allows(rate, share):
    learner = lesson(rate)
    answer = watch(learner, 0, LESSON, after=STEP // 2, rate_permille=2_000).answer
    assert (learner.total, answer.complete, hours(learner.total)) == (LESSON * Decimal(share), False, Decimal(0))


def test_e06_two_devices_earn_no_more_than_the_clock(work_as: Any, study: Study) -> None:
    """The newest lease wins; what the other device still sends is refused by name, and earns nothing."""
    with work_as() as work:
        person, (_course, _version, lectures) = cadre(work), taught(work, (LESSON, LESSON))
    began = study.clock.at
    devices = [study.open(person, lectures[0], device="Chrome · Windows")]
    granted = study.beat(devices[0], 0, 15_000, after=15).granted_ms
    devices.append(study.open(person, lectures[1], device="Safari · iPhone"))
    for number in range(4):
        granted += study.beat(devices[1], number * 15_000, (number + 1) * 15_000, after=15).granted_ms
        with pytest.raises(service.Superseded), work_as(devices[0].actor) as work:
            devices[0].beat(work, 15_000, 30_000)
    assert granted == (study.clock.at - began) // timedelta(milliseconds=1) == 75_000


def test_e07_ten_hidden_minutes_are_missing_until_they_are_watched():
    learner = lesson()
    watch(learner, 0, 600_000)
    hidden = watch(learner, 600_000, 1_200_000, visible=False).answer
    assert dict(hidden.excluded) == {Excluded.HIDDEN: STEP}
    answer = watch(learner, 1_200_000, LESSON).answer
    assert (learner.total, answer.complete) == (2_100_000, False)
    assert round(Decimal(learner.total) / LESSON, 3) == Decimal("0.778")
    assert watch(learner, 600_000, 1_200_000).answer.complete
    assert (learner.total, hours(learner.total)) == (LESSON, Decimal(1))


def test_e33_eight_hours_of_a_day_are_credited_and_the_rest_may_be_watched_again_tomorrow():
    learner = Learner(12 * HOUR, Policy(required_ms=12 * HOUR))
    midnight = learner.now // 86_400_000 * 86_400_000 + 16 * HOUR
    learner.sit_down(midnight)
    answer = watch(learner, 0, 11 * HOUR).answer
    assert learner.total == 28_800_000 == answer.covered_ms
    assert Excluded.DAILY_CAP in dict(answer.excluded)
    learner.sit_down(midnight + 86_400_000)
    watch(learner, 8 * HOUR, 11 * HOUR)
    assert learner.total == 11 * HOUR
