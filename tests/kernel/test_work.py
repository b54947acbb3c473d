"""The unit of work: one commit at the edge, reads leave nothing behind, counted failures kept."""

import pytest
from sqlalchemy import func, select, text

from app.kernel.errors import Conflict, TooMany
from app.kernel.work import Actor, working
from app.people.models import Unit
from tests import make


def units(college) -> int:
    with working(college, write=False) as work:
        return work.session.scalar(select(func.count()).select_from(Unit))


def test_a_write_is_committed_once_at_the_end(college):
    with working(college, Actor.system("test")) as work:
        make.unit(work)
        assert units(college) == 0
    assert units(college) == 1


def test_a_refusal_undoes_everything(college):
    with pytest.raises(Conflict), working(college) as work:
        make.unit(work)
        work.session.flush()
        raise Conflict()
    assert units(college) == 0


def test_a_refusal_that_keeps_commits_what_was_counted(college):
    class Counted(TooMany):
        keeps = True

    with pytest.raises(Counted), working(college) as work:
        make.unit(work)
        raise Counted()
    assert units(college) == 1


def test_a_read_is_rolled_back_or_refused_even_if_someone_writes(college):
    try:
        with working(college, write=False) as work:
            make.unit(work)
    except Exception as error:  # PostgreSQL refuses the statement itself
        assert "read-only" in str(error)
    assert units(college) == 0


def test_a_read_lets_go_what_was_changed_and_not_yet_written(college):
    with working(college) as work:
        make.unit(work)
    with working(college, write=False) as work:
        work.session.scalars(select(Unit)).one().name_zh = "改过的单位"
    with working(college, write=False) as work:
        assert work.session.scalars(select(Unit)).one().name_zh != "改过的单位"


@pytest.mark.postgresql_only
def test_what_reads_ask_again_and_again_is_planned_once(college):
    kept = text("SELECT count(*) FROM pg_prepared_statements")
    for _ in range(10):
        units(college)
    with working(college, write=False) as work:
        assert work.session.scalar(kept) > 0
        work.session.rollback()
        assert work.session.scalar(kept) == 0, "a rollback forgets them; should it not any more, reads may end by one again"


def test_what_follows_a_commit_runs_after_it_and_never_without_it(college):
    seen = []
    with working(college) as work:
        make.unit(work)
        work.after_commit.append(lambda: seen.append(units(college)))
    with pytest.raises(Conflict), working(college) as work:
        work.after_commit.append(lambda: seen.append("lost"))
        raise Conflict()
    assert seen == [1]


@pytest.mark.sqlite_only
def test_writers_queue_and_lose_no_update(college):
    import threading

    with working(college) as work:
        make.unit(work, "0", code="counter")

    def add() -> None:
        for _ in range(20):
            with working(college) as work:
                row = work.session.scalars(select(Unit).where(Unit.code == "counter")).one()
                row.name_zh = str(int(row.name_zh) + 1)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with working(college, write=False) as work:
        assert work.session.scalars(select(Unit.name_zh).where(Unit.code == "counter")).one() == "80"


def test_what_is_undone_is_gone_and_what_follows_is_kept(college):
    did = []
    with working(college) as work:
        make.unit(work)
        work.session.flush()
        work.once_at_end("key", lambda _work: did.append("at the end"))
        work.after_commit.append(lambda: did.append("after it"))
        work.undo()
        make.unit(work)
    assert (units(college), did) == (1, [])


def test_a_read_that_looks_again_sees_what_others_committed_since(college):
    with working(college, write=False) as work:
        count = select(func.count()).select_from(Unit)
        assert work.session.scalar(count) == 0
        with working(college) as other:
            make.unit(other)
        work.look_again()
        assert work.session.scalar(count) == 1


def test_only_a_read_looks_again(college):
    with pytest.raises(RuntimeError, match="writes"), working(college) as work:
        work.look_again()
