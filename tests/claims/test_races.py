"""Several at once: one line for one claim, the others told who was quicker (INV-I13, ATK-A63); many claims in one act."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import event

from app.claims import service
from app.claims.service import refusals
from app.kernel.errors import Refusal
from app.kernel.work import working
from app.ledger import queries as ledger
from app.ledger import service as posting
from app.ledger.service.verifying import verify
from tests.claims import build
from tests.ledger.build import line

AT_ONCE = 20


@pytest.fixture
def cast(college):
    return build.cast(college)


def together(college, actors, verb):
    """Everybody at the same moment, each in his own transaction; what each gave or raised."""
    start = Barrier(len(actors))
    app = college_app()

    def run(actor):
        with app.app_context():
            start.wait()
            try:
                with working(college, actor) as work:
                    return verb(work)
            except Refusal as refusal:
                return refusal.code, refusal.facts.get("who"), refusal.sentence

    with ThreadPoolExecutor(len(actors)) as pool:
        return list(pool.map(run, actors))


def college_app():
    from flask import current_app

    return current_app._get_current_object()


def test_twenty_certifications_of_one_claim_make_one_line(college, cast, work_as):
    """INV-I13, ATK-A63: two certifiers, ten windows each."""
    uid = build.checked(college, cast)
    got = together(college, [cast.city, cast.other_city] * (AT_ONCE // 2), lambda work: service.certify(work, uid).state)
    assert [one for one in got if one == "certified"] == ["certified"]
    claim = build.row(college, uid)
    winner = cast.city if claim.decided_by == cast.city.person_id else cast.other_city
    assert {one[:2] for one in got if one != "certified"} == {("claim_already_decided", winner.name)}
    with work_as(write=False) as work:
        assert [one.hours for one in ledger.lines(work, cast.cadre.person_id)] == [36]
        assert verify(work).bad is None


def test_certify_and_reject_at_once_leave_one_decision(college, cast, work_as):
    for n in range(3):
        uid = build.checked(college, cast, cert_no=f"YJ-{n}", title=f"培训第 {n} 期")
        verbs = [lambda work, uid=uid: service.certify(work, uid).state, lambda work, uid=uid: service.reject(work, uid, "不符").state]
        start = Barrier(2)
        app = college_app()

        def run(pair, app=app, start=start):
            actor, verb = pair
            with app.app_context():
                start.wait()
                try:
                    with working(college, actor) as work:
                        return verb(work)
                except refusals.AlreadyDecided as refusal:
                    return refusal

        with ThreadPoolExecutor(2) as pool:
            got = list(pool.map(run, zip((cast.city, cast.other_city), verbs, strict=True)))
        assert sum(isinstance(one, refusals.AlreadyDecided) for one in got) == 1
        with work_as(write=False) as work:
            certified = [one for one in ledger.lines(work, cast.cadre.person_id) if one.source_id == str(uid)]
        assert len(certified) == (build.row(college, uid).state == "certified")


def test_two_hand_ins_of_one_activity_at_once_leave_one_open(college, cast, work_as):
    first, second = build.draft(college, cast.cadre), build.draft(college, cast.cadre, note="另一份")
    verbs = iter([first, second])
    got = together(college, [cast.cadre] * 2, lambda work: service.submit(work, next(verbs)).state)
    assert sorted(one if one == "submitted" else one[0] for one in got) == ["claim_already_made", "submitted"]


def test_many_clean_claims_are_certified_in_one_act_and_the_rest_is_listed(college, cast, work_as):
    clean = [build.checked(college, cast, cert_no=f"YJ-{n}", title=f"培训第 {n} 期") for n in range(3)]
    odd = build.checked(college, cast, "lecture", hours="2")
    waiting = build.handed_in(college, cast.cadre, "book")
    own = build.handed_in(college, cast.city, "book")
    taken = build.checked(college, cast, cert_no="YJ-9", title="另一培训")
    with work_as() as work:
        posting.append(work, line(cast.cadre.person_id, 1, activity_key="ext:省应急管理学院:yj9"))
    with work_as(cast.city) as work:
        done = service.certify_many(work, [*clean, odd, waiting, own, taken, cast_uid(cast)])
    assert done.certified == tuple(clean) and done.hours == Decimal(108)
    assert {one.uid: one.code for one in done.left_out} == {
        odd: "differs", waiting: "claim_already_decided", own: "claim_own", taken: "credited", cast_uid(cast): "not_found",
    }  # fmt: skip
    for uid in clean:
        claim = build.row(college, uid)
        assert (claim.state, claim.hours_certified, claim.decided_by) == ("certified", 36, cast.city.person_id)
    with work_as(write=False) as work:
        posted = [one for one in ledger.lines(work, cast.cadre.person_id) if one.source_type == "claim"]
        assert [(one.hours, one.certified_by, one.unit_name) for one in posted] == [(36, "柳定", "市人事局")] * 3
        assert {build.row(college, uid).entry_seq for uid in clean} == {one.seq for one in posted}
        assert verify(work).bad is None


def cast_uid(cast):
    from uuid import UUID

    return UUID(int=7)


def test_two_journeys_on_the_same_dates_wait_for_a_person(college, cast, work_as):
    uids = [build.checked(college, cast, "overseas", title=title, note="见批件") for title in ("第一团", "第二团")]
    with work_as(cast.city) as work:
        done = service.certify_many(work, uids)
    assert done.certified == ()
    assert [one.code for one in done.left_out] == ["overlap_claim", "overlap_claim"]
    with work_as(cast.city) as work:
        service.certify(work, uids[0], reason="第一团属实")
    with pytest.raises(posting.NoFreeDay), work_as(cast.city) as work:
        service.certify(work, uids[1], reason="第二团属实")
    assert build.row(college, uids[1]).state == "unit_checked"


def test_a_bulk_act_loses_single_claims_to_who_is_quicker(college, cast, work_as):
    uids = [build.checked(college, cast, cert_no=f"YJ-{n}", title=f"培训第 {n} 期") for n in range(4)]
    with work_as(cast.other_city) as work:
        service.certify(work, uids[0])
    with work_as(cast.city) as work:
        done = service.certify_many(work, uids)
    assert done.certified == tuple(uids[1:])
    assert [(one.uid, one.code) for one in done.left_out] == [(uids[0], "claim_already_decided")]
    assert "段审" in done.left_out[0].sentence


def test_if_the_common_posting_is_refused_each_goes_by_itself(college, cast, work_as, monkeypatch):
    uids = [build.checked(college, cast, cert_no=f"YJ-{n}", title=f"培训第 {n} 期") for n in range(3)]
    monkeypatch.setattr(posting, "append_many", refuse)
    with work_as(cast.city) as work:
        done = service.certify_many(work, uids)
    assert done.certified == tuple(uids)
    with work_as(write=False) as work:
        assert len(ledger.lines(work, cast.cadre.person_id)) == 3


def refuse(work, lines):
    raise posting.NoFreeDay(occurred_from=date(2026, 1, 1).isoformat(), occurred_to="")


def test_statements_do_not_grow_with_the_claims(college, cast, work_as):
    counts = []
    for size in (1, 2, 12):  # the first round also makes the person's chain
        uids = [build.checked(college, cast, cert_no=f"N-{size}-{n}", title=f"{size} 班第 {n} 期") for n in range(size)]
        seen = []
        listener = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731
        event.listen(college.engine, "before_cursor_execute", listener)
        with work_as(cast.city) as work:
            assert len(service.certify_many(work, uids).certified) == size
        event.remove(college.engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert counts[2] == counts[1]
