"""People and units over time, changed by hand: dated, followed by whoever judges, refused in sentences, written down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.compliance import service as compliance
from app.compliance.models import Standing
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.work import Actor, College, Grant, working
from app.ledger import queries as ledger
from app.ledger import service as lines
from app.people import queries
from app.people.models import Appointment, PeopleTrail, Person, PersonEvent, RoleGrant, TeamMembership, UnitHistory
from app.people.rules import All, AnyOf, Not, OneOf, SomePost, Under
from app.people.service import changing
from app.people.service.changing import LastDay, Terms, subject
from app.people.service.changing.leaving import BeginsLater, LeaveOverlaps
from app.people.service.changing.lists import AlreadyListed, PrimaryNeeded, TierOfOtherTeam
from app.people.service.changing.posts import EndedAlready, EndsBeforeItBegins, LaterPostKnown, NoPost, NotHigher, PostsOverlap, SameUnit
from app.people.service.changing.subject import BasisNeeded, DayOutOfRange, InClosedYear, NotServing, OutsideScope, OwnRecord, UnknownUnit
from app.people.service.changing.units import NameTaken, UnitClosed, UnitHasUnits, UnitNotEmpty, UnitOutside
from app.people.service.units import Circle
from tests import make
from tests.ledger.build import line
from tests.years import build as years

ORDER = "鹏组干〔2026〕18号"
DISTRICT = All((SomePost(Under("/c/d")), Not(SomePost(OneOf("rank", frozenset({"bureau"}))))))


class Town:
    """A city with two districts; `officer` has the first one but for its bureau rank, `city` everybody."""

    def __init__(self, college: College) -> None:
        self.college = college
        with working(college, Actor.system("test")) as work:
            root = make.unit(work, "市", code="c", kind="city")
            self.district = make.unit(work, "甲区", parent=root, code="d", kind="district")
            self.other = make.unit(work, "乙区", parent=root, code="e", kind="district")
            self.street = make.unit(work, "梧桐街道", parent=self.district, code="s")
            self.bureau = make.unit(work, "区人事局", parent=self.district, code="b")
            self.far = make.unit(work, "乙区人事局", parent=self.other, code="f")
            self.cadre = make.person(work, "许一行", at=self.street)
            self.stranger = make.person(work, "乙区人", at=self.far)
            self.me = make.person(work, "区干部科", at=self.bureau)
        self.officer = self.actor(DISTRICT)
        self.city = self.actor(AnyOf((SomePost(Under("/c")),)))

    def actor(self, predicate: Any) -> Actor:
        grants = tuple(Grant(action, predicate) for action in ("people.edit", "people.leave", "people.edit_units", "people.see"))
        return Actor(person_id=self.me.id, name="区干部科", actions=frozenset(one.action for one in grants), grants=grants)

    def do(self, verb: Any, of: Any, *rest: Any, by: Actor | None = None, **more: Any) -> Any:
        """One act by the officer of the district, in its own transaction."""
        with working(self.college, by or self.officer) as work:
            return verb(work, of.uid, *rest, **more)

    def posts(self, of: Any) -> list[tuple[str, date, date | None, bool]]:
        with working(self.college, Actor.system("test"), write=False) as work:
            known = queries.person_page(work, of.uid).posts
            return [(unit.name_zh, post.from_on, post.to_on, post.is_primary) for post, unit in reversed(known)]

    def rows(self, table: Any, *where: Any) -> list[Any]:
        with working(self.college, write=False) as work:
            return list(work.session.scalars(select(table).where(*where).order_by(table.id)))


@pytest.fixture
def town(college: College) -> Town:
    return Town(college)


def terms(unit: str = "区人事局", post: str = "科长", rank: str | None = "section_below", **more: Any) -> Terms:
    return Terms(unit, post, rank, **more)


def test_a_transfer_follows_the_post_before_and_overwrites_nothing(town: Town) -> None:
    town.do(changing.transfer, town.cadre, terms(), date(2026, 9, 1), ORDER)
    assert town.posts(town.cadre) == [("梧桐街道", make.DAY_ONE, date(2026, 8, 31), True), ("区人事局", date(2026, 9, 1), None, True)]
    kept = town.rows(Appointment, Appointment.person_id == town.cadre.id)
    assert sum(post.superseded_at is not None for post in kept) == 1, "what was known before is still there"
    assert [event.kind for event in town.rows(PersonEvent)] == ["transferred_in"]
    row = town.rows(PeopleTrail)[0]
    assert (row.act, row.by_name, row.basis, row.since) == ("transferred", "区干部科", ORDER, date(2026, 9, 1))
    assert (row.before["unit"], row.after["unit"], row.after["from"]) == ("梧桐街道", "区人事局", "2026-09-01")


def test_a_promotion_keeps_the_unit_raises_the_rank_and_is_an_event(town: Town) -> None:
    town.do(changing.promote, town.cadre, terms("", "副处长", "division"), date(2026, 7, 1), ORDER)
    assert [post[0] for post in town.posts(town.cadre)] == ["梧桐街道", "梧桐街道"]
    event = town.rows(PersonEvent)[0]
    assert (event.kind, event.happened_on, event.post_start) == ("promoted", date(2026, 7, 1), date(2026, 7, 1))
    for rank in ("division", "section_below", None):
        with pytest.raises(NotHigher):
            town.do(changing.promote, town.cadre, terms("", "处长", rank), date(2026, 8, 1), ORDER)


def test_primary_posts_never_overlap_and_secondary_ones_may(town: Town) -> None:
    with pytest.raises(PostsOverlap) as told:
        town.do(changing.appoint, town.cadre, terms(), date(2026, 9, 1), ORDER)
    assert told.value.facts == {"field": "is_primary", "unit": "梧桐街道", "post": "主任科员", "since": "2020-01-01"}
    town.do(changing.appoint, town.cadre, terms(is_primary=False), date(2026, 9, 1), ORDER)
    with pytest.raises(PostsOverlap):
        town.do(changing.appoint, town.cadre, terms(is_primary=False), date(2026, 10, 1), ORDER)
    second = next(post for post in town.rows(Appointment, Appointment.superseded_at.is_(None)) if not post.is_primary)
    town.do(changing.end_post, town.cadre, second.id, date(2026, 10, 31), ORDER)
    with pytest.raises(EndsBeforeItBegins):
        town.do(changing.end_post, town.cadre, ended(town, second), date(2026, 8, 1), ORDER)
    with pytest.raises(EndedAlready):
        town.do(changing.end_post, town.cadre, ended(town, second), date(2026, 11, 30), ORDER)
    with pytest.raises(NotFound):
        town.do(changing.end_post, town.cadre, second.id, date(2026, 9, 30), ORDER)


def ended(town: Town, post: Any) -> int:
    return next(one.id for one in town.rows(Appointment, Appointment.superseded_at.is_(None)) if one.unit_id == post.unit_id and one.to_on)


def test_after_the_only_post_has_ended_a_new_one_is_an_appointment(town: Town) -> None:
    post = town.rows(Appointment, Appointment.person_id == town.cadre.id)[0]
    town.do(changing.end_post, town.cadre, post.id, date(2026, 3, 31), ORDER)
    with pytest.raises(NoPost):
        town.do(changing.transfer, town.cadre, terms(), date(2026, 6, 1), ORDER)
    with pytest.raises(OutsideScope):
        town.do(changing.appoint, town.cadre, terms("乙区人事局"), date(2026, 6, 1), ORDER)
    town.do(changing.appoint, town.cadre, terms(), date(2026, 6, 1), ORDER)
    assert [post[0] for post in town.posts(town.cadre)] == ["梧桐街道", "区人事局"]


@pytest.mark.parametrize(
    ("given", "since", "refusal"),
    [
        (terms("梧桐街道"), date(2026, 9, 1), SameUnit),
        (terms("无此单位"), date(2026, 9, 1), UnknownUnit),
        (terms(), date(2020, 1, 1), LaterPostKnown),
        (terms(), date(1949, 1, 1), DayOutOfRange),
        (terms(), date(2028, 9, 1), DayOutOfRange),
        (terms("乙区人事局"), date(2026, 9, 1), OutsideScope),
        (terms("乙区人事局", hand_over=True), date(2026, 9, 1), subject.NobodyInCharge),
        (terms(rank="bureau"), date(2026, 9, 1), OutsideScope),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(town: Town, given: Terms, since: date, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        town.do(changing.transfer, town.cadre, given, since, ORDER)
    assert len(town.posts(town.cadre)) == 1
    assert town.rows(PeopleTrail) == []


def test_nobody_changes_himself_a_stranger_or_without_a_basis(town: Town) -> None:
    with pytest.raises(OwnRecord):
        town.do(changing.transfer, town.me, terms("梧桐街道"), date(2026, 9, 1), ORDER)
    with pytest.raises(NotFound):
        town.do(changing.transfer, town.stranger, terms(), date(2026, 9, 1), ORDER)
    with pytest.raises(BasisNeeded):
        town.do(changing.transfer, town.cadre, terms(), date(2026, 9, 1), "  ")
    cadre = Actor(person_id=town.cadre.id, name="许一行")
    with pytest.raises(Forbidden):
        town.do(changing.transfer, town.stranger, terms(), date(2026, 9, 1), ORDER, by=cadre)
    only_leave = Actor(person_id=town.me.id, name="单位", actions=frozenset({"people.leave"}), grants=(Grant("people.leave", DISTRICT),))
    with pytest.raises(Forbidden):
        town.do(changing.retire, town.cadre, LastDay.RETIRED, date(2026, 9, 1), ORDER, by=only_leave)


def test_teams_have_one_primary_at_every_moment(town: Town) -> None:
    town.do(changing.join_team, town.cadre, "professional", "pro_middle", date(2026, 3, 1), ORDER, is_primary=False)
    town.do(changing.join_team, town.cadre, "professional", "pro_senior", date(2026, 5, 1), ORDER, is_primary=True)
    known = [one for one in town.rows(TeamMembership, TeamMembership.person_id == town.cadre.id) if one.superseded_at is None]
    for day, primary in ((date(2026, 4, 30), "party_gov"), (date(2026, 5, 1), "professional"), (date(2026, 11, 1), "professional")):
        assert [one.team for one in known if one.is_primary and one.from_on <= day and (one.to_on is None or one.to_on >= day)] == [primary]
    with pytest.raises(PrimaryNeeded):
        town.do(changing.end_team, town.cadre, live(known, "professional"), date(2026, 10, 1), ORDER)
    town.do(changing.end_team, town.cadre, live(known, "party_gov"), date(2026, 10, 1), ORDER)
    with pytest.raises(AlreadyListed):
        town.do(changing.join_team, town.cadre, "professional", "pro_senior", date(2026, 11, 1), ORDER, is_primary=True)
    for team, tier in (("party_gov", "pro_middle"), ("professional", ""), ("nonsense", "")):
        with pytest.raises(TierOfOtherTeam):
            town.do(changing.join_team, town.cadre, team, tier, date(2026, 11, 1), ORDER, is_primary=False)


def live(known: list[Any], team: str) -> int:
    return next(one.id for one in known if one.team == team and one.to_on is None)


def test_lists_begin_and_end_once(town: Town) -> None:
    tag = town.do(changing.enter_tag, town.cadre, "reserve", date(2026, 3, 1), ORDER)
    with pytest.raises(AlreadyListed):
        town.do(changing.enter_tag, town.cadre, "reserve", date(2026, 4, 1), ORDER)
    town.do(changing.end_tag, town.cadre, tag.id, date(2026, 6, 30), ORDER)
    town.do(changing.enter_tag, town.cadre, "reserve", date(2026, 7, 1), ORDER)
    assert [row.act for row in town.rows(PeopleTrail)] == ["tag", "tag_ended", "tag"]


def test_leave_does_not_overlap_and_ends_early_or_is_taken_back(town: Town) -> None:
    leave = town.do(changing.enter_leave, town.cadre, "sick", date(2026, 3, 1), date(2026, 6, 30), ORDER)
    assert leave.approved_by == town.me.id
    with pytest.raises(LeaveOverlaps):
        town.do(changing.enter_leave, town.cadre, "study", date(2026, 6, 30), date(2026, 8, 1), ORDER)
    with pytest.raises(EndsBeforeItBegins):
        town.do(changing.enter_leave, town.cadre, "study", date(2026, 9, 2), date(2026, 9, 1), ORDER)
    shorter = town.do(changing.end_leave, town.cadre, leave.id, date(2026, 4, 30), ORDER)
    assert shorter.to_on == date(2026, 4, 30)
    assert town.do(changing.end_leave, town.cadre, shorter.id, date(2026, 2, 28), ORDER) is None
    with working(town.college, write=False) as work:
        assert queries.facts(work, town.cadre.id).leave == ()


def test_the_last_day_that_a_refusal_names_can_be_given(town: Town) -> None:
    post = standing_post(town)
    for verb, of in ((changing.end_post, (post,)), (changing.retire, (LastDay.RETIRED,))):
        with pytest.raises(DayOutOfRange) as told:
            town.do(verb, town.cadre, *of, date(2029, 1, 1), ORDER)
        last = date.fromisoformat(told.value.facts["last"])
        with pytest.raises(DayOutOfRange):
            town.do(verb, town.cadre, *of, last + timedelta(days=1), ORDER)
        town.do(verb, town.cadre, *of, last, ORDER)


def standing_post(town: Town) -> int:
    """The post that the cadre holds now."""
    with working(town.college, write=False) as work:
        mine = select(Appointment.id).where(Appointment.person_id == town.cadre.id, Appointment.superseded_at.is_(None))
        return work.session.scalars(mine).one()


def test_who_retires_leaves_posts_teams_lists_and_roles_and_cannot_do_so_twice(town: Town) -> None:
    town.do(changing.enter_tag, town.cadre, "reserve", date(2026, 3, 1), ORDER)
    with working(town.college, Actor.system("test")) as work:
        make.grant(work, town.cadre, "unit_admin", "unit_subtree")
    with pytest.raises(DayOutOfRange):
        town.do(changing.retire, town.cadre, LastDay.RETIRED, date(2026, 12, 31), ORDER)
    town.do(changing.retire, town.cadre, LastDay.RETIRED, date(2026, 10, 31), ORDER)
    with working(town.college, write=False) as work:
        known = queries.facts(work, town.cadre.id)
        assert {one.to_on for one in (*known.appointments, *known.teams, *known.tags)} == {date(2026, 10, 31)}
        assert work.session.get_one(Person, town.cadre.id).status == "retired"
        assert work.session.scalars(select(RoleGrant.to_on).where(RoleGrant.person_id == town.cadre.id)).all() == [date(2026, 10, 31)]
    with pytest.raises(NotServing):
        town.do(changing.retire, town.cadre, LastDay.RETIRED, date(2026, 10, 31), ORDER)


def test_nothing_begins_for_who_has_gone(town: Town) -> None:
    town.do(changing.retire, town.cadre, LastDay.LEFT, date(2026, 10, 31), ORDER)
    before = town.posts(town.cadre)
    for verb, *rest in (
        (changing.appoint, terms(), date(2026, 11, 1)), (changing.transfer, terms(), date(2026, 11, 1)),
        (changing.promote, terms("", "副处长", "division"), date(2026, 11, 1)), (changing.enter_tag, "reserve", date(2026, 11, 1)),
        (changing.enter_leave, "sick", date(2026, 11, 1), date(2026, 11, 30)), (changing.recruit, date(2026, 11, 1), date(2027, 5, 1)),
    ):  # fmt: skip
        with pytest.raises(NotServing):
            town.do(verb, town.cadre, *rest, ORDER)
    with pytest.raises(NotServing):
        town.do(changing.join_team, town.cadre, "professional", "pro_middle", date(2026, 11, 1), ORDER, is_primary=False)
    assert town.posts(town.cadre) == before


def test_nobody_retires_before_a_post_that_is_entered_already_and_it_is_taken_back_first(town: Town) -> None:
    town.do(changing.promote, town.cadre, terms("", "副处长", "division"), date(2026, 7, 1), ORDER)
    town.do(changing.transfer, town.cadre, terms(rank="division"), date(2026, 9, 1), ORDER)
    leave, before = (changing.retire, town.cadre, LastDay.RETIRED, date(2026, 5, 1), ORDER), town.posts(town.cadre)
    with pytest.raises(BeginsLater) as told:
        town.do(*leave)
    assert told.value.facts == {"field": "since", "what": "区人事局 科长 2026-09-01；梧桐街道 副处长 2026-07-01"}
    with pytest.raises(BeginsLater) as told:
        town.do(changing.retire, town.cadre, LastDay.RETIRED, date(2026, 8, 31), ORDER)
    assert told.value.facts["what"] == "区人事局 科长 2026-09-01", "the day before it begins"
    assert town.posts(town.cadre) == before and len(town.rows(PersonEvent)) == 2, "nothing was changed"
    for _ in range(2):
        last = town.rows(Appointment, Appointment.superseded_at.is_(None), Appointment.person_id == town.cadre.id)
        town.do(changing.withdraw_post, town.cadre, max(last, key=lambda post: post.from_on).id, ORDER)
    town.do(changing.recruit, town.cadre, date(2026, 6, 1), date(2026, 12, 1), ORDER)
    with pytest.raises(BeginsLater) as told:
        town.do(*leave)
    assert told.value.facts["what"].endswith(" 2026-06-01")
    (recruited,) = town.rows(PersonEvent, PersonEvent.superseded_at.is_(None))
    town.do(changing.withdraw_event, town.cadre, recruited.id, ORDER)
    town.do(*leave)
    assert town.posts(town.cadre) == [("梧桐街道", make.DAY_ONE, date(2026, 5, 1), True)]
    assert [one.kind for one in town.rows(PersonEvent, PersonEvent.superseded_at.is_(None))] == ["retired"]


def test_standings_follow_in_the_same_transaction(town: Town) -> None:
    compliance.rebuild(town.college, 2026)

    def standing(requirement: str = "*") -> Any:
        with working(town.college, write=False) as work:
            return work.session.get_one(Standing, (town.cadre.id, 2026, requirement))

    assert (standing().unit_id, standing().rank_level, standing().is_serving) == (town.street.id, "section_below", True)
    town.do(changing.transfer, town.cadre, terms(rank="division"), date(2026, 9, 1), ORDER)
    assert (standing().unit_id, standing().rank_level) == (town.bureau.id, "division")
    assert standing("N3_network").state == "short"
    town.do(changing.enter_leave, town.cadre, "study", date(2026, 1, 1), date(2026, 12, 31), ORDER)
    assert standing("N3_network").state == "exempt"
    town.do(changing.retire, town.cadre, LastDay.RETIRED, date(2026, 10, 31), ORDER)
    assert standing().is_serving is False


def test_a_closed_year_is_not_reached(college: College, clock: Any) -> None:
    made = years.city(college)
    years.close(college, clock, made)
    with working(college, Actor.system("test"), write=False) as work:
        uid = work.session.get_one(Person, made.met.id).uid
    with working(college, Actor.system("test")) as work:
        make.unit(work, "新单位", code="new")
        for since in (date(2026, 12, 31), date(2025, 6, 1)):
            with pytest.raises(InClosedYear) as told:
                changing.transfer(work, uid, terms("新单位"), since, ORDER)
            assert told.value.facts["year"] == 2026
        with pytest.raises(InClosedYear):
            changing.enter_leave(work, uid, "sick", date(2026, 12, 20), date(2027, 1, 5), ORDER)
        changing.transfer(work, uid, terms("新单位"), date(2027, 1, 1), ORDER)


def test_a_unit_is_renamed_moved_and_closed_with_its_past(town: Town) -> None:
    town.do(changing.rename, town.street, ("桐林街道", "Tonglin"), date(2026, 5, 1), ORDER)
    with pytest.raises(UnitOutside) as outside:
        town.do(changing.move, town.street, "乙区", date(2026, 6, 1), ORDER)
    assert outside.value.field == "unit"
    town.do(changing.move, town.street, "乙区", date(2026, 6, 1), ORDER, by=town.city)
    with pytest.raises(UnitNotEmpty) as told:
        town.do(changing.close, town.street, date(2026, 9, 30), ORDER, by=town.city)
    assert told.value.facts["count"] == 1
    town.do(changing.transfer, town.cadre, terms("乙区人事局"), date(2026, 7, 1), ORDER, by=town.city)
    town.do(changing.close, town.street, date(2026, 9, 30), ORDER, by=town.city)
    spells = town.rows(UnitHistory, UnitHistory.unit_id == town.street.id)
    assert [(one.name_zh, one.path, one.to_on) for one in spells] == [
        ("梧桐街道", "/c/d/s", date(2026, 4, 30)), ("桐林街道", "/c/d/s", date(2026, 5, 31)), ("桐林街道", "/c/e/s", date(2026, 9, 30)),
    ]  # fmt: skip
    assert [row.act for row in town.rows(PeopleTrail, PeopleTrail.unit_id == town.street.id)] == ["renamed", "moved", "closed"]
    with pytest.raises(UnitClosed):
        town.do(changing.rename, town.street, ("又名", ""), date(2026, 10, 1), ORDER, by=town.city)
    with pytest.raises(UnknownUnit):
        town.do(changing.transfer, town.cadre, terms("桐林街道"), date(2026, 11, 1), ORDER, by=town.city)


def test_units_outside_the_scope_with_units_below_or_of_a_taken_name_stay_as_they_are(town: Town) -> None:
    with pytest.raises(NotFound):
        town.do(changing.rename, town.far, ("新名", ""), date(2026, 5, 1), ORDER)
    nobody = town.actor(All((SomePost(AnyOf(())), Not(SomePost(OneOf("rank", frozenset({"bureau"})))))))
    with pytest.raises(NotFound):
        town.do(changing.rename, town.far, ("新名", ""), date(2026, 5, 1), ORDER, by=nobody)
    with pytest.raises(NameTaken):
        town.do(changing.rename, town.street, ("区人事局", ""), date(2026, 5, 1), ORDER)
    with pytest.raises(UnitHasUnits):
        town.do(changing.close, town.district, date(2026, 5, 1), ORDER, by=town.city)
    with pytest.raises(Circle):
        town.do(changing.move, town.district, "梧桐街道", date(2026, 5, 1), ORDER, by=town.city)
    with pytest.raises(DayOutOfRange):
        town.do(changing.rename, town.street, ("新名", ""), date(2026, 12, 1), ORDER)


@pytest.mark.parametrize("how", ["one", "many"])
def test_a_line_posted_late_names_the_unit_as_it_was_called_on_its_day(town: Town, how: str) -> None:
    town.do(changing.rename, town.street, ("桐林街道", ""), date(2026, 5, 1), ORDER)
    town.do(changing.transfer, town.cadre, terms(), date(2026, 9, 1), ORDER)
    days = (date(2026, 4, 30), date(2026, 5, 1), date(2026, 8, 31), date(2026, 9, 1))
    late = [line(town.cadre.id, number, occurred_from=day, occurred_to=day, place=None) for number, day in enumerate(days)]
    with working(town.college, Actor.system("test")) as work:
        if how == "many":
            lines.append_many(work, late)
        else:
            for one in late:
                lines.append(work, one)
    with working(town.college, write=False) as work:
        assert [one.unit_name for one in ledger.lines(work, town.cadre.id)] == ["梧桐街道", "桐林街道", "桐林街道", "区人事局"]


def test_of_transfers_in_the_same_second_one_wins_and_the_others_are_told(town: Town) -> None:
    def once(number: int) -> str:
        try:
            town.do(changing.transfer, town.cadre, terms(post=f"科长{number}"), date(2026, 9, 1), ORDER)
        except (LaterPostKnown, Conflict):
            return "refused"
        return "done"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(once, range(6))) == ["done", *["refused"] * 5]
    assert [post[0] for post in town.posts(town.cadre)] == ["梧桐街道", "区人事局"]


def test_the_trail_only_grows(town: Town) -> None:
    town.do(changing.enter_tag, town.cadre, "reserve", date(2026, 3, 1), ORDER)
    for statement in ("UPDATE people_trail SET by_name = 'x'", "DELETE FROM people_trail"):
        with pytest.raises(DatabaseError, match="only grows"):
            with working(town.college, Actor.system("test")) as work:
                work.session.execute(text(statement))
