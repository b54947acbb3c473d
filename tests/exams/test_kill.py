"""kill -9 of web process and worker while answers are saved and papers handed in: nothing acknowledged is lost (PERF-G6, INV-I15).

A hundred kills on each engine, up to a thousand and three hundred in `make soak` (decisions 26): every other one hits the worker,
while it hands in what candidates have left lying and time has overtaken (INV-I17). With each blow the clock of the college
goes on by some seconds. On PostgreSQL some of the blows hit the database instead. Each loop has a negative control that the
same check must find wanting.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.bank.service import writing
from app.exams.models import Attempt, AttemptState, ExamQuestion, HandedInBy, Sheet
from app.exams.rules.timing import GRACE
from app.exams.service.marking import digest_of
from app.exams.service.papers import answers
from app.jobs.models import Job, JobState
from app.kernel.clock import WallClock
from app.kernel.ids import row_id
from app.kernel.work import Actor, College, working
from app.people.models import Person
from tests import make
from tests.exams import build
from tests.exams.build import WorkAs
from tests.exams.candidate import TALLY, Candidate, Database, Web, answer_to
from tests.exams.test_kinds import BLANK, CASE, SHORT

KILLS = int(os.environ.get("KILLS", "100"))
CANDIDATES = 4
MOST_SECONDS = 3.0
"""Longer than this a kill takes on no machine, on the average; then the loop is given up and the test fails."""
CRASHES = KILLS // 5
STEP = 20
"""Seconds that pass with each blow: a paper of a minute that was left lying is overdue after four of them, with its grace."""
KILLS_PER_EXAM = 10
"""An exam allows fifty attempts; as candidates pause before an answer, no machine is so fast that these are used up."""


def lost(college: College, candidates: list[Candidate]) -> list[str]:
    """Everything that was acknowledged and does not stand in the database."""
    found: list[str] = []
    for one in candidates:
        with working(college, Actor.system("check"), write=False) as work:
            for (attempt, question), (rev, value) in one.saved.items():
                kept = answers(work, one.person_id, row_id(attempt)).get(question)
                if kept is None or kept.rev < rev or (kept.rev == rev and kept.value != value):
                    found.append(f"{question}: acknowledged {rev} {value}, kept {kept}")
                elif (kept.rev, kept.value) not in one.sent[attempt, question]:
                    found.append(f"{question}: kept {kept}, which was never sent")
            for attempt, receipt in one.receipts.items():
                row = work.session.get_one(Attempt, (one.person_id, row_id(attempt)))
                if row.state == AttemptState.RUNNING or row.submitted_at is None or row.digest != receipt["digest"]:
                    found.append(f"{attempt}: receipt {receipt} is not what is kept")
                elif digest_of(row.uid, row.submitted_at, answers(work, one.person_id, row.id)) != receipt["digest"]:
                    found.append(f"{attempt}: the answers are not those that were handed in")
    return found


def doubled(college: College, candidates: list[Candidate]) -> list[str]:
    """Attempts that became final more or less than once, and second receipts that differ from the first."""
    found = [f"two receipts: {pair}" for one in candidates for pair in one.contradictions]
    with working(college, Actor.system("check"), write=False) as work:
        told = Counter(map(tuple, work.session.execute(select(TALLY.c.person_id, TALLY.c.attempt_id))))
        final = set(map(tuple, work.session.execute(select(Attempt.person_id, Attempt.id).where(Attempt.state == AttemptState.GRADED))))
        laid_out = Counter(map(tuple, work.session.execute(select(Sheet.person_id, Sheet.attempt_id))))
        waiting = set(map(tuple, work.session.execute(select(Attempt.person_id, Attempt.id).where(Attempt.state == AttemptState.MARKING))))
    found += [
        f"{key}: {laid_out[key]} written answers before the markers" for key in waiting | set(laid_out) if laid_out[key] not in (1, 2)
    ]
    return found + [f"{key}: handed in {told[key]} times" for key in final | set(told) if told[key] != 1 or key not in final]


def left_lying(college: College) -> list[str]:
    """What deadline and grace have overtaken and nobody has handed in; and alarms that were given up."""
    with working(college, Actor.system("check"), write=False) as work:
        overdue = (Attempt.state == AttemptState.RUNNING, Attempt.ends_at < work.now - GRACE)
        found = [f"{uid} is overdue" for uid in work.session.scalars(select(Attempt.uid).where(*overdue))]
        given_up = select(Job.arguments).where(Job.name == "exams.hand_in", Job.state == JobState.FAILED)
        return found + [f"given up: {arguments}" for arguments in work.session.scalars(given_up)]


def begun(college: College) -> int:
    """Alarms that some worker has begun to heed, and none has done."""
    open_ = (Job.name == "exams.hand_in", Job.attempt > 0, Job.state.in_((JobState.WAITING, JobState.RUNNING)))
    with working(college, Actor.system("check"), write=False) as work:
        return work.session.scalar(select(func.count()).select_from(Job).where(*open_)) or 0


def taken_in(college: College, candidates: list[Candidate]) -> dict[str, int]:
    """How many papers became final by whose hand; each was sealed at its deadline with what was kept of it, and nothing else."""
    with working(college, Actor.system("check"), write=False) as work:
        mine = [one.person_id for one in candidates]
        late = select(Attempt).where(Attempt.handed_in_by == HandedInBy.DEADLINE, Attempt.person_id.in_(mine))
        for row in work.session.scalars(late):
            assert row.submitted_at == row.ends_at
            assert row.digest == digest_of(row.uid, row.ends_at, answers(work, row.person_id, row.id))
        return Counter(work.session.scalars(select(TALLY.c.hand)))


@pytest.fixture
def tally(college: College) -> Iterator[None]:
    """The table in which the server notes what became final."""
    with college.engine.begin() as connection:
        TALLY.create(connection)
    yield
    with college.engine.begin() as connection:
        TALLY.drop(connection)


def candidates_of(
    web: Web, college: College, work_as: WorkAs, stop: threading.Event, kills: int, minutes: int = 0
) -> list[Candidate]:  # fmt: skip
    """Candidates with quizzes of six questions, and so many of a minute beside them; the last of them rehearses every request."""
    college.clock = WallClock(web.clock)
    drafts = [build.single(n) for n in range(3)] + [build.multiple(n) for n in range(3)]
    quizzes = [build.quiz(work_as, drafts, max_attempts=50, limit_minutes=600, pass_mark=100) for _ in range(1 + kills // KILLS_PER_EXAM)]
    exams = [quiz.exam.uid for quiz in quizzes]
    short = [build.quiz(work_as, drafts, max_attempts=50, limit_minutes=1, pass_mark=100).exam.uid for _ in range(minutes)]
    written = [with_written_answers(work_as) for _ in range(1 + kills // 5)]
    found = []
    for number in range(CANDIDATES):
        with work_as() as work:
            person: Person = make.person(work, f"考生 {number}")
        found.append(Candidate(web, person.id, exams, build.token(work_as, person), stop, written, short))
    web.load()
    return found


def with_written_answers(work_as: WorkAs) -> UUID:
    """An exam that asks blanks, a text and a case with one, beside choices."""
    quiz = build.quiz(work_as, [build.single(1), build.multiple(2)], max_attempts=1, limit_minutes=600)
    with work_as() as work:
        for at, draft in enumerate((BLANK, SHORT, CASE), 10):
            work.session.add(ExamQuestion(exam_id=quiz.exam.id, question_id=writing.create(work, draft).id, position=at))
    return quiz.exam.uid


def rehearse(web: Web, one: Candidate) -> None:
    """Every request once in the parent: whoever is born after it answers at once."""
    attempt = web.rehearse("POST", f"/api/v1/exams/{one.exams[-1]}/attempts", one.headers)
    for rev in (1, 2):
        for asked in attempt["questions"]:
            body = {"rev": rev, "value": answer_to(asked, random.Random(rev))}
            web.rehearse("PUT", f"/api/v1/attempts/{attempt['attempt']}/answers/{asked['question']}", one.headers, body)
    for _ in range(2):
        web.rehearse("POST", f"/api/v1/attempts/{attempt['attempt']}/submit", one.headers)


def _wait_for_progress(candidates: list[Candidate], stop: threading.Event) -> None:
    """Until something more is acknowledged, at most three seconds: however slow the machine, the loop gets on."""
    before, end = sum(one.acknowledged for one in candidates), time.monotonic() + MOST_SECONDS
    while sum(one.acknowledged for one in candidates) == before and time.monotonic() < end:
        stop.wait(0.005)


def in_turn(web: Web) -> Callable[[int], None]:
    """kill -9 of the worker and of the web process by turns, and each time the clock goes on."""

    def blow(number: int) -> None:
        web.again(number) if number % 2 else web.work_again()
        web.move(STEP)

    return blow


def work_off(web: Web, college: College) -> None:
    """Let time pass until the worker, left in peace, has done what is overdue or was begun; for half a minute at most."""
    web.work_again()
    end = time.monotonic() + 30
    while (left_lying(college) or begun(college)) and time.monotonic() < end:
        web.move(60)
        threading.Event().wait(0.1)


def torment(
    web: Web, candidates: list[Candidate], stop: threading.Event, kills: int, blow: Callable[[int], None] | None = None,
    after: Callable[[], None] = lambda: None,
) -> int:  # fmt: skip
    """Let them write while blows fall at random moments, by default kill -9 of the web process; how many fell. Then `after`."""
    threads = [threading.Thread(target=one.sit, args=(random.Random(n),), daemon=True) for n, one in enumerate(candidates)]
    dice, killed = random.Random(2026), 0
    web.start()
    end = time.monotonic() + kills * MOST_SECONDS
    for thread in threads:
        thread.start()
    try:
        while killed < kills and time.monotonic() < end:
            if dice.random() < 0.8:
                _wait_for_progress(candidates, stop)
            stop.wait(dice.uniform(0, 0.2))
            (blow or web.again)(killed)
            killed += 1
        _wait_for_progress(candidates, stop)
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
        after()
        web.kill()
        web.end()
    return killed


@pytest.mark.slow
def test_killed_server_and_worker_lose_no_acknowledged_answer_and_hand_nothing_in_twice(
    database: str, college: College, work_as: WorkAs, tmp_path: Path, tally: None
) -> None:
    stop = threading.Event()
    web = Web(database, tmp_path)
    candidates = candidates_of(web, college, work_as, stop, KILLS, 4 + KILLS // KILLS_PER_EXAM)
    rehearse(web, candidates[-1])
    assert torment(web, candidates, stop, KILLS, in_turn(web), lambda: work_off(web, college)) == KILLS
    assert [fault for one in candidates for fault in one.faults] == []
    assert sum(one.acknowledged for one in candidates) >= KILLS and sum(len(one.receipts) for one in candidates) >= KILLS // 20
    assert left_lying(college) == [] and begun(college) == 0
    assert lost(college, candidates) == []
    assert doubled(college, candidates) == []
    assert taken_in(college, candidates)["worker"] >= KILLS // 4


@pytest.mark.slow
def test_the_loop_notices_a_worker_that_hands_in_twice_and_one_that_hands_in_nothing(
    database: str, college: College, work_as: WorkAs, tmp_path: Path, tally: None
) -> None:
    """The negative control: killed between what it did and the note of it, this one does it again; and none leaves papers lying."""
    stop, seen = threading.Event(), []
    web = Web(database, tmp_path, target="tests.exams.careless:app")
    candidates = candidates_of(web, college, work_as, stop, 20, 6)
    blow = in_turn(web)

    def only_web_first(number: int) -> None:
        web.again(number) if number < 8 else blow(number)
        if number == 7:
            web.move(90)
            seen.append(left_lying(college))

    torment(web, candidates, stop, 24, only_web_first, lambda: work_off(web, college))
    assert seen[0]
    assert doubled(college, candidates)


@pytest.mark.slow
def test_the_loop_notices_a_server_that_acknowledges_too_early_and_hands_in_twice(
    database: str, college: College, work_as: WorkAs, tmp_path: Path, tally: None
) -> None:
    """The negative control: answers kept in memory for half a second are lost, and the same checks say so."""
    stop = threading.Event()
    web = Web(database, tmp_path, target="tests.exams.hasty:app")
    candidates = candidates_of(web, college, work_as, stop, 40)
    torment(web, candidates, stop, 40)  # on a slow machine ten were not enough for anybody to hand in twice
    assert lost(college, candidates)
    assert doubled(college, candidates)


@pytest.fixture
def server(database: str) -> Iterator[Database]:
    """The PostgreSQL server that this run has started; its own settings come back at the end."""
    if "TEST_DATABASE_URL" in os.environ:
        pytest.skip("only a PostgreSQL server that this run has started may be crashed")
    found = Database(database)
    yield found
    for setting in ("synchronous_commit", "wal_writer_delay"):
        found.run(f"ALTER SYSTEM RESET {setting}")
    found.run("SELECT pg_reload_conf()")


@pytest.mark.slow
@pytest.mark.postgresql_only
def test_a_crashed_database_loses_no_acknowledged_answer(
    database: str, college: College, work_as: WorkAs, tmp_path: Path, tally: None, server: Database
) -> None:
    """Every other time the web process falls with it; when not, it says 503 and goes on by itself."""
    stop = threading.Event()
    web = Web(database, tmp_path)
    candidates = candidates_of(web, college, work_as, stop, CRASHES)
    college.engine.dispose()
    rehearse(web, candidates[-1])

    def blow(number: int) -> None:
        server.crash()
        if number % 2:
            web.again(number)

    assert torment(web, candidates, stop, CRASHES, blow) == CRASHES
    assert [fault for one in candidates for fault in one.faults] == []
    assert sum(one.acknowledged for one in candidates) >= CRASHES
    server.run("SELECT 1")
    assert lost(college, candidates) == []
    assert doubled(college, candidates) == []


@pytest.mark.slow
@pytest.mark.postgresql_only
def test_the_loop_notices_a_database_that_acknowledges_before_it_has_written(
    database: str, college: College, work_as: WorkAs, tmp_path: Path, tally: None, server: Database
) -> None:
    """The negative control: PostgreSQL with synchronous_commit off, on which the college refuses to start elsewhere."""
    for setting in ("synchronous_commit = off", "wal_writer_delay = '10s'"):
        server.run(f"ALTER SYSTEM SET {setting}")
    server.run("SELECT pg_reload_conf()")
    stop = threading.Event()
    web = Web(database, tmp_path)
    candidates = candidates_of(web, college, work_as, stop, 10)
    college.engine.dispose()
    torment(web, candidates, stop, 3, lambda _number: server.crash())
    server.run("SELECT 1")
    assert lost(college, candidates)
