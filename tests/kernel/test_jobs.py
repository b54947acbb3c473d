"""Background work: enqueued with its fact, claimed once, brought back when its worker dies."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.jobs import service
from app.jobs.models import Job, JobState
from app.jobs.worker import Lane
from app.kernel.errors import Conflict
from app.kernel.idempotency import StoredAnswer
from tests import make

ran: list[int] = []


@service.job("test.note", tries=3)
def note(work, number):
    ran.append(number)


@service.job("test.fail", tries=2)
def fail(work):
    make.unit(work, code="never")
    raise RuntimeError("broken on purpose")


@pytest.fixture(autouse=True)
def forget(monkeypatch, college):
    """No job of an earlier test, and none of the recurring ones that the college names when it is first made."""
    ran.clear()
    monkeypatch.setattr(service, "_recurring", {})


def put(work_as, name="test.note", **arguments) -> int:
    with work_as() as work:
        return service.enqueue(work, name, **arguments)


def state(work_as, job_id) -> Job:
    with work_as(write=False) as work:
        return work.session.get_one(Job, job_id)


def test_a_job_runs_once_however_often_it_is_asked_for(college, work_as):
    job_id = put(work_as, number=7)
    assert [service.run(college, job_id) for _ in range(3)] == [True, False, False]
    assert ran == [7]
    assert state(work_as, job_id).state == JobState.DONE


def test_a_job_exists_only_if_its_fact_does(college, work_as):
    with pytest.raises(Conflict), work_as() as work:
        service.enqueue(work, "test.note", number=1)
        raise Conflict()
    assert Lane(college, long=False).sweep() == 0
    assert ran == []


def test_two_workers_never_run_the_same_job(college, work_as):
    ids = [put(work_as, number=n) for n in range(10)]
    threads = [threading.Thread(target=lambda: [service.run(college, job_id) for job_id in ids]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ran) == list(range(10))


def test_a_failure_is_tried_again_later_and_then_shown(college, work_as, clock):
    job_id = put(work_as, "test.fail")
    service.run(college, job_id)
    row = state(work_as, job_id)
    assert (row.state, row.attempt) == (JobState.WAITING, 1)
    assert service.run(college, job_id) is False
    clock.at += timedelta(minutes=1)
    service.run(college, job_id)
    row = state(work_as, job_id)
    assert row.state == JobState.FAILED
    assert "broken on purpose" in row.error
    with work_as() as work:
        assert service.retry(work, job_id)
    assert state(work_as, job_id).state == JobState.WAITING


def test_what_a_dead_worker_held_is_run_by_another(college, work_as, clock):
    job_id = put(work_as, number=3)
    with work_as() as work:
        assert service.claim(work, job_id) is not None
    lane = Lane(college, long=False)
    assert lane.sweep() == 0
    clock.at += service.LEASE + timedelta(seconds=1)
    lane.sweep()
    clock.at += timedelta(minutes=1)
    lane.sweep()
    assert ran == [3]


def test_a_living_worker_keeps_its_job(college, work_as, clock):
    job_id = put(work_as, number=4)
    with work_as() as work:
        row = service.claim(work, job_id)
    for _ in range(4):
        clock.at += service.LEASE / 2
        with work_as() as work:
            assert service.renew(work, job_id, row.attempt)
            assert service.release_lost(work) == 0


def test_a_key_stands_once_until_it_is_done(college, work_as):
    first = put(work_as, number=1, key="only")
    with work_as() as work:
        assert service.enqueue(work, "test.note", number=2, key="only") is None
    service.run(college, first)
    assert put(work_as, number=3, key="only") != first


def test_a_wake_up_follows_the_commit(college, work_as):
    heard = []
    service.on_wake(lambda job_id: heard.append(state(work_as, job_id).state))
    try:
        put(work_as, number=1)
    finally:
        service._wake.clear()
    assert heard == [JobState.WAITING]


def test_a_recurring_job_is_enqueued_once_per_interval(college, work_as, clock):
    service.every("test.note", timedelta(minutes=5))
    for _ in range(3):
        with work_as() as work:
            service.enqueue_recurring(work)
    with work_as(write=False) as work:
        assert len(list(work.session.scalars(select(Job)))) == 1


def answer_under(work_as, key) -> None:
    with work_as() as work:
        work.session.add(StoredAnswer(person_id=1, key=key, request_hash="0" * 64, status=201, mimetype="application/json",
                                      body=b"{}", stored_at=work.now))  # fmt: skip


def test_done_jobs_and_kept_answers_are_forgotten_after_thirty_days(college, work_as, clock):
    failed = put(work_as, "test.fail")
    with work_as() as work:
        work.session.get_one(Job, failed).state = JobState.FAILED
    assert service.run(college, put(work_as, number=1))
    answer_under(work_as, "old")
    clock.at += timedelta(days=29)
    recent = put(work_as, number=2)
    assert service.run(college, recent)
    answer_under(work_as, "recent")
    clock.at += timedelta(days=2)
    tidying = put(work_as, "jobs.tidy")
    assert service.run(college, tidying)
    with work_as(write=False) as work:
        assert set(work.session.scalars(select(Job.id))) == {failed, recent, tidying}
        assert list(work.session.scalars(select(StoredAnswer.key))) == ["recent"]
