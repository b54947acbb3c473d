"""Claims through their life: who may do what, what the ledger gets, what is refused (domain.md §8, INV-I13, ATK-A62)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.claims import service
from app.claims.models import Claim, ClaimTrail
from app.claims.service import refusals
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Actor
from app.ledger import queries as ledger
from app.ledger import service as posting
from app.people.models import Leave
from tests.claims import build
from tests.ledger.build import line


@pytest.fixture
def cast(college):
    return build.cast(college)


def lines(work_as, actor):
    with work_as(write=False) as work:
        return ledger.lines(work, actor.person_id)


def acts(work_as, uid):
    with work_as(write=False) as work:
        claim = service.find(work, uid)
        mine = (ClaimTrail.person_id == claim.person_id, ClaimTrail.claim_id == claim.id)
        return [(row.act, row.by_name) for row in work.session.scalars(select(ClaimTrail).where(*mine).order_by(ClaimTrail.n))]


def test_a_claim_goes_from_draft_to_the_ledger_in_two_hands(college, cast, work_as):
    uid = build.checked(college, cast)
    with work_as(cast.city) as work:
        service.certify(work, uid, hours=Decimal(30), reason="其中 6 学时为考察，不计")
    (posted,) = lines(work_as, cast.cadre)
    assert (posted.hours, posted.category, posted.source_type, posted.source_id) == (30, "external", "claim", str(uid))
    assert posted.activity_key == "ext:省应急管理学院:yj202600871"
    assert posted.certified_by == "柳定" and posted.reason == "其中 6 学时为考察，不计"
    assert posted.rule_set_version == "demo@1"
    claim = build.row(college, uid)
    assert (claim.state, claim.entry_seq, claim.hours_claimed, claim.hours_certified) == ("certified", posted.seq, 36, 30)
    assert acts(work_as, uid) == [("start", "李学"), ("attach", "李学"), ("submit", "李学"), ("pass", "江查"), ("certify", "柳定")]


def test_deadlines_are_working_days(college, cast):
    """Handed in on Sunday 22 November: ten working days for the unit, then fifteen for the authority."""
    assert build.row(college, build.handed_in(college, cast.cadre)).due_on == date(2026, 12, 4)
    assert build.row(college, build.checked(college, cast, "book")).due_on == date(2026, 12, 11)


def test_fewer_hours_need_a_reason_and_more_are_never_certified(college, cast, work_as):
    uid = build.checked(college, cast)
    for figures, why in (
        ({"hours": Decimal(30)}, "reason_needed"),
        ({"hours": Decimal(37), "reason": "多"}, "more_than_claimed"),
        ({"hours": Decimal(0), "reason": "无"}, "not_positive"),
        ({"hours": Decimal("NaN"), "reason": "无"}, "number"),
    ):
        with pytest.raises(refusals.BadVerdict) as caught, work_as(cast.city) as work:
            service.certify(work, uid, **figures)
        assert caught.value.facts["why"] == why
    assert lines(work_as, cast.cadre) == []


def test_nobody_decides_his_own_claim_and_the_attempt_is_kept(college, cast, work_as):
    """ATK-A62."""
    uid = build.handed_in(college, cast.unit)
    own_city = build.handed_in(college, cast.city)
    for actor, act, one in (
        (cast.unit, lambda work: service.pass_on(work, uid), uid),
        (cast.city, lambda work: service.certify(work, own_city), own_city),
        (cast.city, lambda work: service.reject(work, own_city, "否"), own_city),
    ):
        with pytest.raises(refusals.OwnClaim), work_as(actor) as work:
            act(work)
        assert acts(work_as, one)[-1] == ("refused", actor.name)
        assert build.row(college, one).state == "submitted"


def test_the_two_steps_are_taken_by_two_people(college, cast, work_as):
    """ATK-A62: the one who passed a claim cannot certify it, though he holds both offices."""
    both = make_both(cast.unit)
    uid = build.handed_in(college, cast.cadre)
    with work_as(both) as work:
        service.pass_on(work, uid)
    for verb in (service.certify, lambda work, uid: service.reject(work, uid, "否"), lambda work, uid: service.give_back(work, uid, "补")):
        with pytest.raises(refusals.SamePerson), work_as(both) as work:
            verb(work, uid)
    assert acts(work_as, uid)[-1] == ("refused", "江查")
    assert lines(work_as, cast.cadre) == []


def make_both(actor: Actor) -> Actor:
    """The same person holding both steps."""
    from dataclasses import replace

    from app.kernel.work import Grant
    from app.people.rules import Everyone

    more = Grant("claims.certify", Everyone())
    return replace(actor, actions=actor.actions | {"claims.certify"}, grants=(*actor.grants, more))


def test_outside_the_scope_there_is_no_claim(college, cast, work_as):
    from dataclasses import replace

    from app.kernel.work import Grant
    from app.people.rules import Nobody

    uid = build.checked(college, cast)
    stranger = replace(cast.city, grants=(Grant("claims.certify", Nobody()),))
    with pytest.raises(NotFound), work_as(stranger) as work:
        service.certify(work, uid)
    with pytest.raises(Forbidden), work_as(cast.colleague) as work:
        service.certify(work, uid)
    with pytest.raises(NotFound), work_as(cast.colleague) as work:
        service.seen(work, uid)


def test_drafts_are_nobodys_business(college, cast, work_as):
    uid = build.draft(college, cast.cadre)
    with pytest.raises(NotFound), work_as(cast.unit) as work:
        service.pass_on(work, uid)
    with pytest.raises(NotFound), work_as(cast.city) as work:
        service.seen(work, uid)


def test_a_returned_claim_is_completed_and_handed_in_anew(college, cast, work_as):
    uid = build.handed_in(college, cast.cadre)
    with pytest.raises(refusals.ReasonMissing), work_as(cast.unit) as work:
        service.give_back(work, uid, "  ")
    with work_as(cast.unit) as work:
        service.give_back(work, uid, "请补充盖章页")
    assert build.row(college, uid).reason == "请补充盖章页"
    with pytest.raises(refusals.AlreadyDecided), work_as(cast.cadre) as work:
        service.edit(work, uid, build.CERTIFICATE)
    with work_as(cast.cadre) as work:
        service.complete(work, uid)
        service.attach(work, uid, [build.receive(college, build.picture("navy"))])
        service.submit(work, uid)
    assert build.row(college, uid).state == "submitted"


def test_what_is_withdrawn_may_be_claimed_again(college, cast, work_as):
    first = build.handed_in(college, cast.cadre)
    second = build.draft(college, cast.cadre)
    with pytest.raises(refusals.AlreadyClaimed), work_as(cast.cadre) as work:
        service.submit(work, second)
    with work_as(cast.cadre) as work:
        service.withdraw(work, first)
        service.submit(work, second)
    assert build.row(college, second).state == "submitted"


def test_an_activity_in_the_ledger_is_refused_clearly(college, cast, work_as):
    with work_as() as work:
        posting.append(work, line(cast.cadre.person_id, 1, activity_key="ext:省应急管理学院:yj202600871"))
    uid = build.draft(college, cast.cadre)
    with pytest.raises(refusals.ClaimStopped, match="claim_stopped") as caught, work_as(cast.cadre) as work:
        service.submit(work, uid)
    assert caught.value.facts["findings"][0]["code"] == "credited"


def test_it_was_credited_between_check_and_certification(college, cast, work_as):
    uid = build.checked(college, cast)
    with work_as() as work:
        posting.append(work, line(cast.cadre.person_id, 1, activity_key="ext:省应急管理学院:yj202600871"))
    with pytest.raises(posting.AlreadyCredited), work_as(cast.city) as work:
        service.certify(work, uid, reason="核对无误")
    assert build.row(college, uid).state == "unit_checked"


@pytest.mark.parametrize(
    ("kind", "fields", "refusal", "field"),
    [
        ("lecture", {"occurred_from": "2026-11-22", "occurred_to": "2026-11-23"}, refusals.ClaimStopped, "occurred_to"),
        ("certificate", {"hours": "125", "occurred_to": "2026-03-13"}, refusals.ClaimStopped, "hours"),
        ("lecture", {"hours": "25"}, refusals.ClaimStopped, "hours"),
    ],
)
def test_the_impossible_is_refused_at_the_door(college, cast, work_as, kind, fields, refusal, field):
    """In the future, 125 hours in five days, 25 hours in a day; each is told at its field."""
    uid = build.draft(college, cast.cadre, kind, **fields)
    with pytest.raises(refusal) as caught, work_as(cast.cadre) as work:
        service.submit(work, uid)
    assert caught.value.facts["field"] == field
    assert build.row(college, uid).state == "draft"


@pytest.mark.parametrize("name", ["title", "note", "issuer", "cert_no"])
@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "a\x00b", "\u202eabc", "&#60;b"]
)
def test_scripts_are_refused_in_every_text_field(college, cast, work_as, name, text):
    with pytest.raises(refusals.BadClaim) as caught, work_as(cast.cadre) as work:
        service.start(work, "certificate", {**build.CERTIFICATE, name: text})
    assert caught.value.field == name
    with work_as(write=False) as work:
        assert work.session.scalar(select(Claim.id)) is None


def test_an_overlap_with_a_class_is_explained_by_one_and_overridden_by_the_other(college, cast, work_as):
    """EX-E32."""
    with work_as() as work:
        day = date(2026, 5, 12)
        posting.append(work, line(cast.cadre.person_id, 1, activity_key="class:1", category="special_class", off_post=True, days=Decimal(1),
                                  occurred_from=day, occurred_to=day, delivery="offline", title="依法行政专题班"))  # fmt: skip
    uid = build.draft(college, cast.cadre, "lecture")
    with pytest.raises(refusals.Unexplained), work_as(cast.cadre) as work:
        service.submit(work, uid)
    with work_as(cast.cadre) as work:
        service.edit(work, uid, {**build.LECTURE, "note": "晚上的报告会"})
        service.submit(work, uid)
    claim = build.row(college, uid)
    assert [one["code"] for one in claim.findings] == ["overlap_class"]
    assert claim.risk == 30
    with work_as(cast.unit) as work:
        service.pass_on(work, uid)
    with pytest.raises(refusals.BadVerdict), work_as(cast.city) as work:
        service.certify(work, uid)
    with work_as(cast.city) as work:
        service.certify(work, uid, reason="报告会在晚上，与脱产班不冲突")
    assert len(lines(work_as, cast.cadre)) == 2


def test_leave_and_other_claims_on_the_same_days_are_found(college, cast, work_as):
    with work_as() as work:
        work.session.add(Leave(person_id=cast.cadre.person_id, kind="maternity", from_on=date(2026, 5, 1), to_on=date(2026, 6, 3),
                               recorded_at=work.now))  # fmt: skip
    build.handed_in(college, cast.cadre, "lecture", note="假期中听讲")
    uid = build.draft(college, cast.cadre, "overseas", occurred_from="2026-05-11", note="组织安排")
    with work_as(cast.cadre) as work:
        service.submit(work, uid)
    assert [one["code"] for one in build.row(college, uid).findings] == ["overlap_leave", "overlap_claim"]


def test_the_same_picture_is_found_with_anybody_and_nobody_is_named(college, cast, work_as):
    """The same picture in another file: other metadata, the same look."""
    plain, tagged = build.picture("olive"), build.picture("olive", pnginfo=_text())
    assert plain != tagged
    build.handed_in(college, cast.colleague, file=plain)
    uid = build.handed_in(college, cast.cadre, file=tagged, cert_no="YJ-2026-00999")
    (found,) = build.row(college, uid).findings
    assert found == {"code": "same_file_elsewhere", "level": "ask", "count": 1}


def _text():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "taken elsewhere")
    return info


def test_the_same_certificate_number_is_found_however_it_is_written(college, cast, work_as):
    build.handed_in(college, cast.colleague)
    uid = build.handed_in(college, cast.cadre, cert_no="yj 2026—00871", issuer="省 应急管理学院")
    assert [one["code"] for one in build.row(college, uid).findings] == ["same_certificate_elsewhere"]


def test_a_late_claim_waits_for_a_word(college, cast, work_as, clock):
    clock.at += timedelta(days=60)  # 2027-01-21, after 15 January
    uid = build.handed_in(college, cast.cadre)
    assert [one["code"] for one in build.row(college, uid).findings] == ["late"]


def test_after_its_days_the_authority_takes_the_units_step(college, cast, work_as, clock):
    uid = build.handed_in(college, cast.cadre)
    with pytest.raises(Forbidden), work_as(cast.city) as work:
        service.pass_on(work, uid)
    clock.at += timedelta(days=14)
    with work_as(cast.city) as work:
        service.pass_on(work, uid)
    with pytest.raises(refusals.SamePerson), work_as(cast.city) as work:
        service.certify(work, uid)
    with work_as(cast.other_city) as work:
        service.certify(work, uid)


def test_revoking_takes_the_line_back(college, cast, work_as):
    """EX-E24."""
    uid = build.checked(college, cast)
    with work_as(cast.city) as work:
        service.certify(work, uid)
    with work_as(cast.other_city) as work:
        service.revoke(work, uid, "证书系伪造")
    first, second = lines(work_as, cast.cadre)
    assert (second.reverses, second.hours, second.reason) == (first.seq, -36, "证书系伪造")
    assert build.row(college, uid).state == "revoked"
    with pytest.raises(refusals.AlreadyDecided), work_as(cast.other_city) as work:
        service.revoke(work, uid, "再次")


def test_an_appeal_is_heard_by_somebody_else_and_may_raise_the_hours(college, cast, work_as):
    uid = build.checked(college, cast)
    with work_as(cast.city) as work:
        service.certify(work, uid, hours=Decimal(30), reason="考察不计")
    with work_as(cast.cadre) as work:
        service.appeal(work, uid, "考察是课程的一部分，见课表")
    with pytest.raises(refusals.AppealClosed), work_as(cast.cadre) as work:
        service.appeal(work, uid, "再次申诉")
    with pytest.raises(refusals.SamePerson), work_as(cast.city) as work:
        service.hear(work, uid, hours=Decimal(36), reason="同意")
    with work_as(cast.other_city) as work:
        service.hear(work, uid, hours=Decimal(36), reason="课表载明考察")
    assert [(one.entry_kind, one.hours) for one in lines(work_as, cast.cadre)] == [("credit", 30), ("reversal", -30), ("credit", 36)]
    assert build.row(college, uid).hours_certified == 36
    with pytest.raises(refusals.NoAppeal), work_as(cast.other_city) as work:
        service.hear(work, uid, hours=None, reason="再审")


def test_an_appeal_against_a_rejection_may_be_upheld_or_granted(college, cast, work_as):
    for kind, hours, expected in (("certificate", None, "rejected"), ("book", Decimal(10), "certified")):
        uid = build.checked(college, cast, kind)
        with work_as(cast.city) as work:
            service.reject(work, uid, "材料不足")
        with work_as(cast.cadre) as work:
            service.appeal(work, uid, "材料已附")
        with work_as(cast.other_city) as work:
            service.hear(work, uid, hours=hours, reason="查阅后决定")
        assert build.row(college, uid).state == expected
    assert [one.hours for one in lines(work_as, cast.cadre)] == [10]


def test_an_appeal_comes_in_time_or_not_at_all(college, cast, work_as, clock):
    uid = build.checked(college, cast)
    with work_as(cast.city) as work:
        service.reject(work, uid, "材料不足")
    clock.at += timedelta(days=20)  # 15 working days after Sunday 22 November end on Friday 11 December
    with pytest.raises(refusals.AppealClosed) as caught, work_as(cast.cadre) as work:
        service.appeal(work, uid, "材料已附")
    assert caught.value.facts["why"] == "late"
    clock.at -= timedelta(days=1)
    with work_as(cast.cadre) as work:
        service.appeal(work, uid, "材料已附")


def test_what_is_fully_certified_cannot_be_appealed(college, cast, work_as):
    uid = build.checked(college, cast)
    with work_as(cast.city) as work:
        service.certify(work, uid)
    with pytest.raises(refusals.AppealClosed), work_as(cast.cadre) as work:
        service.appeal(work, uid, "想要更多")


def test_a_claim_without_proof_is_not_handed_in(college, cast, work_as):
    with work_as(cast.cadre) as work:
        uid = service.start(work, "book", build.BOOK).uid
    with pytest.raises(refusals.EvidenceNeeded), work_as(cast.cadre) as work:
        service.submit(work, uid)


def test_a_draft_may_be_unfinished_but_not_handed_in(college, cast, work_as):
    with work_as(cast.cadre) as work:
        uid = service.start(work, "book", {"title": "半本书"}).uid
        service.attach(work, uid, [build.receive(college)])
    with pytest.raises(refusals.BadClaim) as caught, work_as(cast.cadre) as work:
        service.submit(work, uid)
    assert [fault["field"] for fault in caught.value.facts["faults"]] == ["occurred_from", "author", "pages"]


def test_the_trail_only_grows(college, cast, work_as):
    uid = build.draft(college, cast.cadre)
    for statement in ("UPDATE claims_trail SET by_name = 'x'", "DELETE FROM claims_trail"):
        with pytest.raises(DBAPIError), work_as() as work:
            work.session.connection().exec_driver_sql(statement)
    assert len(acts(work_as, uid)) == 2


def test_files_are_few_and_the_same_one_counts_once(college, cast, work_as):
    uid = build.draft(college, cast.cadre, file=build.picture("red"))
    many = [
        build.receive(college, build.picture(colour)) for colour in ("red", "green", "blue", "pink", "gold", "gray", "tan", "cyan", "lime")
    ]
    with work_as(cast.cadre) as work:
        service.attach(work, uid, many[:8])
    with pytest.raises(refusals.TooManyFiles), work_as(cast.cadre) as work:
        service.attach(work, uid, many)


def test_one_step_policies_skip_the_unit(college, cast, work_as, monkeypatch):
    from dataclasses import replace

    from app.claims.service import drafting
    from app.rulebook import service as rulebook
    from app.rulebook.rules.model import Certify

    book = replace(rulebook.rule_set("demo", date(2026, 11, 22)), certify=Certify(claims="one_step"))
    monkeypatch.setattr(drafting, "book_for", lambda work, claim: book)
    assert build.row(college, build.handed_in(college, cast.cadre)).state == "unit_checked"
