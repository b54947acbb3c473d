"""Eight writers at once on real threads: the chain stays whole, an activity counts once (PERF-G10, ATK-A63)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.kernel.work import Actor, working
from app.ledger import queries
from app.ledger import service as ledger
from app.ledger.service.verifying import verify
from tests import make
from tests.ledger.build import line, people

WRITERS = 8


def together(college, acts):
    """Run the acts at the same moment, each in its own transaction; what each gave or raised."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            with working(college, Actor.system("writer")) as work:
                return act(work)
        except ledger.AlreadyCredited as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def sound(work_as):
    with work_as(write=False) as work:
        assert verify(work).bad is None


def test_first_lines_of_one_person_at_once(college, work_as):
    """Nobody's head is there yet, and all want to make it."""
    with work_as() as work:
        person = make.person(work)
    got = together(college, [lambda work, n=n: ledger.append(work, line(person.id, n)).seq for n in range(WRITERS)])
    assert sorted(got) == list(range(1, WRITERS + 1))
    sound(work_as)


def test_the_same_activity_at_once_is_credited_once(college, work_as):
    """ATK-A63."""
    with work_as() as work:
        person = make.person(work)
        ledger.append(work, line(person.id, 99))
    got = together(college, [lambda work: ledger.append(work, line(person.id, 1)).seq] * WRITERS)
    assert [one for one in got if not isinstance(one, ledger.AlreadyCredited)] == [2]
    sound(work_as)


def test_many_rounds_of_mixed_writers_keep_every_chain(college, work_as):
    """Credits, bulk postings, reversals and sealing, on the same few people."""
    with work_as() as work:
        persons = [person.id for person in people(work, 3)]
        for person_id in persons:
            ledger.append(work, line(person_id, 0))

    def act(number, round_):
        person_id = persons[number % 3]

        def do(work):
            if number == 7:
                return ledger.seal(work)
            if number == 6:
                return ledger.append_many(work, [line(one, 1000 + round_ * 10) for one in reversed(persons)])
            entry = ledger.append(work, line(person_id, 100 + round_ * 10 + number))
            return ledger.reverse(work, person_id, entry.seq, "误录") if number == 5 else entry

        return do

    for round_ in range(6):
        together(college, [act(number, round_) for number in range(WRITERS)])
    sound(work_as)
    with work_as(write=False) as work:
        assert sum(len(queries.lines(work, person_id)) for person_id in persons) == 3 + 6 * (6 + 1 + 3)


def test_two_sealers_seal_every_line_once(college, work_as):
    with work_as() as work:
        for person in people(work, 12):
            ledger.append_many(work, [line(person.id, n) for n in range(5)])
    for _ in range(4):
        together(college, [lambda work: ledger.seal(work, 4)] * 3)
    sound(work_as)
    with work_as(write=False) as work:
        assert queries.sealed_size(work) == 60


@pytest.mark.parametrize("rounds", [5])
def test_a_reversal_wins_once(college, work_as, rounds):
    with work_as() as work:
        person = make.person(work)
    for n in range(rounds):
        with work_as() as work:
            seq = ledger.append(work, line(person.id, n)).seq

        def take_back(work, seq=seq):
            try:
                return ledger.reverse(work, person.id, seq, "误录").seq
            except ledger.AlreadyReversed:
                return None

        assert sum(one is not None for one in together(college, [take_back] * 4)) == 1
    sound(work_as)
