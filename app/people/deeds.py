"""The changes of people and units that pages offer: the form of each, its fields in order, the verb behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people.forms import (
    AppraisalForm,
    BackForm,
    ChangeForm,
    EndForm,
    GoneForm,
    LeaveForm,
    NameForm,
    PlaceForm,
    PostBackForm,
    PostForm,
    RankForm,
    RecruitForm,
    TagEndForm,
    TagForm,
    TeamForm,
    TransferForm,
)
from app.people.service import changing
from app.people.service.changing import LastDay, Terms

Verb = Callable[[Work, UUID, Any, int], Any]


@dataclass(frozen=True)
class Deed:
    """One kind of change: its heading, its form, the fields in the order of the page, what it does."""

    title: Any
    form: type[ChangeForm] | type[BackForm] | type[AppraisalForm]
    fields: tuple[str, ...]
    verb: Verb
    about: Any = ""


def _terms(form: Any) -> Terms:
    unit = form.unit.data if "unit" in form else ""
    is_primary = bool(form.is_primary.data) if "is_primary" in form else True
    return Terms(unit, form.post.data, form.rank.data, form.position_class.data, bool(form.is_leading.data), is_primary,
                 bool(form.hand_over.data))  # fmt: skip


def _names(form: Any) -> tuple[str, str]:
    return form.name_zh.data, form.name_en.data or ""


POST = ("post", "rank", "position_class", "is_leading", "since", "basis", "hand_over")
FOLLOWS = _l("The present post ends the day before. Nothing is overwritten.")

PERSON: dict[str, Deed] = {
    "appoint": Deed(
        _l("Appoint"), PostForm, ("unit", "is_primary", *POST),
        lambda work, uid, form, of: changing.appoint(work, uid, _terms(form), form.since.data, form.basis.data),
        _l("A first post, or a further one beside the primary post."),
    ),
    "promote": Deed(
        _l("Promote"), RankForm, ("rank", "post", "position_class", "is_leading", "since", "basis", "hand_over"),
        lambda work, uid, form, of: changing.promote(work, uid, _terms(form), form.since.data, form.basis.data), FOLLOWS,
    ),
    "transfer": Deed(
        _l("Transfer"), TransferForm, ("unit", *POST),
        lambda work, uid, form, of: changing.transfer(work, uid, _terms(form), form.since.data, form.basis.data), FOLLOWS,
    ),
    "end-post": Deed(
        _l("End a post"), EndForm, ("since", "basis"),
        lambda work, uid, form, of: changing.end_post(work, uid, of, form.since.data, form.basis.data),
    ),
    "withdraw-post": Deed(
        _l("Take a post back"), PostBackForm, ("basis", "hand_over"),
        lambda work, uid, form, of: changing.withdraw_post(work, uid, of, form.basis.data, hand_over=bool(form.hand_over.data)),
        _l("For a post that was entered by mistake: it counts as if it had never been, the post before goes on, and both stay on record."),
    ),
    "team": Deed(
        _l("Team or tier"), TeamForm, ("team", "tier", "is_primary", "since", "basis"),
        lambda work, uid, form, of: changing.join_team(work, uid, form.team.data, form.tier.data, form.since.data, form.basis.data,
                                                       is_primary=bool(form.is_primary.data)),
        _l("Join a team, take another tier in it, or make it the primary one; the primary team before becomes a secondary one."),
    ),
    "end-team": Deed(
        _l("Leave a team"), EndForm, ("since", "basis"),
        lambda work, uid, form, of: changing.end_team(work, uid, of, form.since.data, form.basis.data),
    ),
    "tag": Deed(
        _l("Put on a list"), TagForm, ("tag", "since", "basis", "hand_over"),
        lambda work, uid, form, of: changing.enter_tag(work, uid, form.tag.data, form.since.data, form.basis.data,
                                                       hand_over=bool(form.hand_over.data)),
    ),
    "end-tag": Deed(
        _l("Take off a list"), TagEndForm, ("since", "basis", "hand_over"),
        lambda work, uid, form, of: changing.end_tag(work, uid, of, form.since.data, form.basis.data, hand_over=bool(form.hand_over.data)),
    ),
    "recruit": Deed(
        _l("Enter a recruitment"), RecruitForm, ("since", "until", "basis"),
        lambda work, uid, form, of: changing.recruit(work, uid, form.since.data, form.until.data, form.basis.data),
        _l("Induction training is due before the probation ends."),
    ),
    "appraise": Deed(
        _l("Enter an appraisal"), AppraisalForm, ("year", "grade", "basis"),
        lambda work, uid, form, of: changing.appraise(work, uid, form.year.data, form.grade.data, form.basis.data),
        _l(
            "Whoever is found basically competent returns to the post after off-post retraining; who is excellent may be put forward first."
        ),
    ),
    "withdraw-event": Deed(
        _l("Take an entry back"), BackForm, ("basis",),
        lambda work, uid, form, of: changing.withdraw_event(work, uid, of, form.basis.data),
        _l("For a recruitment or an appraisal that was entered by mistake: it counts as if it had never been, and stays on record."),
    ),
    "retire": Deed(
        _l("End of service"), GoneForm, ("why", "since", "basis"),
        lambda work, uid, form, of: changing.retire(work, uid, LastDay(form.why.data), form.since.data, form.basis.data),
        _l("Posts, teams, lists and roles end with this day. What has been studied stays."),
    ),
    "withdraw-retire": Deed(
        _l("Take the end of service back"), BackForm, ("basis",),
        lambda work, uid, form, of: changing.withdraw_leaving(work, uid, form.basis.data),
        _l("For an end of service that was entered by mistake: posts, teams, lists and leave go on as before. Roles are given anew."),
    ),
}  # fmt: skip
"""By their names in addresses."""

LEAVE: dict[str, Deed] = {
    "enter": Deed(
        _l("Enter leave"), LeaveForm, ("kind", "since", "until", "basis"),
        lambda work, uid, form, of: changing.enter_leave(work, uid, form.kind.data, form.since.data, form.until.data, form.basis.data),
        _l("Approved full-time leave; what is required of the year is lowered or waived by the rules."),
    ),
    "end": Deed(
        _l("End leave early"), EndForm, ("since", "basis"),
        lambda work, uid, form, of: changing.end_leave(work, uid, of, form.since.data, form.basis.data),
        _l("A last day before the first one takes the whole leave back."),
    ),
}  # fmt: skip

UNIT: dict[str, Deed] = {
    "rename": Deed(
        _l("Rename"), NameForm, ("name_zh", "name_en", "since", "basis"),
        lambda work, uid, form, of: changing.rename(work, uid, _names(form), form.since.data, form.basis.data),
        _l("Lines of the ledger keep the name that the unit bore on their day."),
    ),
    "move": Deed(
        _l("Move"), PlaceForm, ("unit", "since", "basis"),
        lambda work, uid, form, of: changing.move(work, uid, form.unit.data, form.since.data, form.basis.data),
        _l("The unit goes with everything that hangs below it; each keeps its past."),
    ),
    "close": Deed(
        _l("Close this unit"), EndForm, ("since", "basis"),
        lambda work, uid, form, of: changing.close(work, uid, form.since.data, form.basis.data),
        _l("Only an empty unit can be closed. Transfer its people and move what hangs below it first."),
    ),
}  # fmt: skip
