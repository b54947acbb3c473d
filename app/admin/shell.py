"""The main navigation and the areas of the staff, by what an actor may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.kernel.i18n import _, _l
from app.kernel.presentation import NavItem, navigation
from app.kernel.work import Actor


@dataclass(frozen=True)
class Area:
    """One place of the staff: who may enter, where it is, what it is for."""

    action: str
    href: str
    icon: str
    title: Any
    about: Any


FIGURES = _l("Compliance"), _l("Who has reached what is required, by unit; who is short, and by how much.")

AREAS = (
    Area("reports.unit", "/manage/compliance", "chart-column", *FIGURES),
    Area("reports.city", "/manage/compliance", "chart-column", *FIGURES),
    Area("reports.finance", "/manage/compliance", "chart-column", *FIGURES),
    Area(
        "desk.open",
        "/manage/hours",
        "stamp",
        _l("Certification of hours"),
        _l("What waits for the unit or for certification, with its proof."),
    ),
    Area(
        "catalogue.publish",
        "/manage/courses",
        "badge-check",
        _l("Publishing courses"),
        _l("Look at what was handed in, publish or send it back."),
    ),
    Area("exams.mark", "/manage/marking", "pencil", _l("Marking"), _l("Written answers of examinations, without names.")),
    Area("exams.release", "/manage/incidents", "shield-x", _l("Incidents at examinations"), _l("Sittings to be annulled by two people.")),
    Area("bank.open", "/studio/bank", "archive", _l("Question bank"), _l("Questions of examinations: written, passed, exported.")),
    Area(
        "bank.review",
        "/manage/practice",
        "notebook-pen",
        _l("Questions for practice"),
        _l("What everybody may practise with its answer, and no examination draws."),
    ),
    Area(
        "exams.assemble",
        "/manage/exams",
        "file-check",
        _l("Examinations"),
        _l("Papers by blueprint or fixed, who may sit and when; opened by a second person."),
    ),
    Area(
        "classes.plan", "/manage/classes", "presentation", _l("Training classes"), _l("Which classes there are, when, and who is in them.")
    ),
    Area("people.see", "/manage/people", "users", _l("People"), _l("Persons, posts and teams within your scope.")),
    Area("people.see_units", "/manage/units", "network", _l("Units"), _l("The tree of units, now and at an earlier date.")),
    Area(
        "people.import",
        "/manage/people/import",
        "file-up",
        _l("Bring in people"),
        _l("From a workbook, checked row by row before anything changes."),
    ),
    Area(
        "history.import",
        "/manage/history",
        "history",
        _l("Past training"),
        _l("Credit training from before the college, out of a workbook; take a whole file back."),
    ),
    Area(
        "years.propose",
        "/manage/years",
        "lock",
        _l("Years"),
        _l("See which years are closed; change a closed one with approval."),
    ),
    Area(
        "years.close",
        "/manage/years",
        "lock",
        _l("Years"),
        _l("Close a year by two people; change a closed one with approval."),
    ),
    Area(
        "years.approve",
        "/manage/years",
        "lock",
        _l("Years"),
        _l("Close a year by two people; change a closed one with approval."),
    ),
    Area(
        "years.explain",
        "/manage/incomplete",
        "flag",
        _l("Years not completed"),
        _l("Say why somebody did not complete a year, and decide it."),
    ),
    Area(
        "years.decide",
        "/manage/incomplete",
        "flag",
        _l("Years not completed"),
        _l("Say why somebody did not complete a year, and decide it."),
    ),
    Area(
        "rulebook.propose",
        "/manage/rules",
        "file-text",
        _l("Changes of rules"),
        _l("Try a new version of the rules on everybody before it is adopted."),
    ),
    Area(
        "rulebook.adopt",
        "/manage/rules",
        "file-text",
        _l("Changes of rules"),
        _l("Try a new version of the rules on everybody before it is adopted."),
    ),
    Area("people.accounts", "/manage/accounts", "id-card", _l("Accounts"), _l("First passwords, locks and roles.")),
    Area(
        "people.confirm_roles",
        "/manage/role-requests",
        "user-check",
        _l("Roles to be confirmed"),
        _l("Privileged roles wait for a second officer."),
    ),
    Area(
        "admin.audit",
        "/manage/audit",
        "shield-check",
        _l("Audit"),
        _l("Whether the ledger holds; who certified, revoked, closed and changed what, and what each line rests on."),
    ),
    Area("admin.jobs", "/manage/jobs", "activity", _l("Background work"), _l("What is waiting, running or failed, and why.")),
)


def areas(actor: Actor) -> list[Area]:
    """The areas this actor may enter, each once."""
    return list({area.href: area for area in AREAS if actor.may(area.action)}.values())


@navigation
def main_navigation(actor: Actor) -> list[NavItem]:
    """What stands in the head of every page for this actor."""
    items = [
        (_("Home"), "/", "home", "house"),
        (_("Courses"), "/courses", "courses", "book-open"),
        (_("Exams"), "/exams", "exams", "file-check"),
        (_("Practice"), "/practice", "practice", "notebook-pen"),
        (_("My ledger"), "/ledger", "ledger", "scroll-text"),
    ]
    if actor.may("catalogue.author"):
        items.append((_("Studio"), "/studio", "studio", "clapperboard"))
    if actor.may("desk.open"):
        items.insert(1, (_("Certifying"), "/manage/hours", "desk", "stamp"))
    if areas(actor):
        items.append((_("Manage"), "/manage", "manage", "layout-grid"))
    return items
