"""The credit engine against a model of adversaries (INV-I1…I8, I10), and mutants of it that the model must find."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from app.learning.rules import credit
from tests.learning.machine import Studying

STEPS = settings(
    max_examples=150,
    stateful_step_count=30,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
ENDLESS = 10**9
honest_open, honest_turn, honest_accept = credit.open_play, credit._out_of_turn, credit._accept


def bucket_kept_at_opening(before: credit.Play | None, **fields: Any) -> credit.Play:
    play = honest_open(before, **fields)
    return play if before is None else replace(play, allowance_us=before.allowance_us)


def accepted_again(play: credit.Play, beat: credit.Beat, covered: credit.Spans) -> credit.Verdict:
    facts = credit.Facts(play.last_ms, None, ())
    return honest_accept(play, beat, facts, play.last_ms)


def any_number_in_any_order(play: credit.Play, beat: credit.Beat) -> credit.Refusal | None:
    return None if beat.seq > play.seq else honest_turn(play, beat)


Mutation = dict[str, Callable[..., Any]]
MUTANTS: dict[str, Mutation] = {
    "no wall bound": {"allowed_ms": lambda allowance_us: ENDLESS},
    "no gap cap": {"filled": lambda allowance, elapsed, rate: allowance + elapsed * rate},
    "bucket kept at opening": {"open_play": bucket_kept_at_opening},
    "no replay guard": {"_repeat": accepted_again},
    "answers are not kept": {"_repeat": lambda play, beat, covered: credit.Refusal(credit.Refused.BAD_SEQ)},
    "answers show later coverage": {"granted_by": lambda kept: ()},
    "another body under the same number": {"_same_claim": lambda entry, beat: True},
    "no token": {"_shows_token": lambda play, beat: True},
    "no order": {"_out_of_turn": any_number_in_any_order},
    "no exclusivity": {"superseded": lambda play, beat: False},
    "clock runs backwards": {
        "never_backwards": lambda play, now_ms: now_ms,
        "filled": lambda allowance, elapsed, rate: min(allowance + max(elapsed, 0) * rate, 90_000 * rate),
    },
    "no delivery": {"shown": lambda claimed, delivered: claimed},
    "no union": {"fresh": lambda claimed, covered: claimed},
    "no rate limit": {"wait_ms": lambda play, now_ms: 0},
    "no daily cap": {"cap_left": lambda play, now_ms: ENDLESS},
    "daily cap of another day": {"day_so_far": lambda play, now_ms: 0},
    "seconds without a reason": {"_reasons": lambda *found: tuple((why, ms - 1) for why, ms in found if ms)},
}


def test_the_engine_keeps_every_invariant() -> None:
    run_state_machine_as_test(Studying, settings=STEPS)


@pytest.mark.parametrize("name", MUTANTS)
def test_the_model_finds_a_broken_engine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for function, mutant in MUTANTS[name].items():
        monkeypatch.setattr(credit, function, mutant)
    with pytest.raises((AssertionError, IndexError)):
        run_state_machine_as_test(Studying, settings=STEPS)
