"""Every page of the college, who looks at it and how it is reached (tests/e2e/furnish.py brings in what they show)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.e2e.conftest import ROOT, Visitor
from tests.e2e.seated import PAPERS
from tests.e2e.steps import SLOW


@dataclass(frozen=True)
class Place:
    """A page: its name, who looks at it, its route, where to begin, and the links that lead on from there."""

    name: str
    who: str | None
    route: str
    path: str
    links: tuple[str, ...] = ()

    @property
    def shape(self) -> str:
        """The route as a pattern for an address."""
        return "^" + re.sub(r"<[^>]+>", "[^/?]+", self.route) + r"(\?|$)"


CONTEST, FIGURES = "main a.who:has-text('廉政知识竞赛')", "main a[href$='/statistics']"
PAPER, DRAFTS = "/manage/exams/<uuid:uid>/paper", "/manage/exams?state=draft"
PUBLISHED = "/manage/courses?state=published"
PLAIN = {"practice": "/practice", "practice-book": "/practice/book", "account": "/account", "sessions": "/account/sessions",
         "password": "/account/password", "courses": "/courses", "exams": "/exams", "ledger": "/ledger", "claims": "/hours/claims",
         "rules": "/hours/rules"}  # fmt: skip
"""Pages of a cadre that are at the address of their route."""
PLACES = [
    *(Place(name, "section", path, path) for name, path in PLAIN.items()),
    Place("sign-in", None, "/sign-in", "/sign-in"),
    Place("verify-form", None, "/verify", "/verify"),
    Place("verify-unknown", None, "/verify/<no>", "/verify/PC-2026-999999"),
    Place("verify", None, "/verify/<no>", "/verify/{no}"),
    Place("home", "section", "/", "/"),
    Place("hours", "section", "/hours", "/hours"),
    Place("hours-cycle", "division", "/hours", "/hours"),
    Place("hours-past", "division", "/hours", "/hours?year=2025"),
    Place("transcript", "division", "/hours/transcript", "/hours/transcript"),
    Place("transcript-cycle", "division", "/hours/transcript", "/hours/transcript?period=cycle"),
    Place("transcript-fresh", "section", "/hours/transcript", "/hours/transcript"),
    Place("claims-none", "reviewer", "/hours/claims", "/hours/claims"),
    Place("claim-kinds", "section", "/hours/claims/new", "/hours/claims/new"),
    Place("claim-form", "section", "/hours/claims/new/<kind>", "/hours/claims/new/certificate"),
    Place(
        "claim-draft",
        "section",
        "/hours/claims/<uuid:uid>/edit",
        "/hours/claims",
        (".claim-row:has-text('社区网格化') a", "main a[href$='/edit']"),
    ),
    Place("claim", "section", "/hours/claims/<uuid:uid>", "/hours/claims", (".claim-row:has-text('基层治理案例') a",)),
    Place("rule-set", "section", "/hours/rules/<pin>", "/hours/rules/demo@1"),
    Place("courses-mine", "division", "/courses", "/courses?audience=me"),
    Place("courses-list", "section", "/courses", "/courses?view=list"),
    Place("course", "section", "/courses/<uuid:uid>", "/courses/{studying}"),
    Place("course-done", "section", "/courses/<uuid:uid>", "/courses/{finished}"),
    Place(
        "lecture", "section", "/courses/<uuid:uid>/lectures/<uuid:lecture>", "/courses/{studying}", ("main .lectures li:nth-child(2) a",)
    ),
    Place("search", "section", "/search", "/search"),
    Place("search-found", "section", "/search", "/search?q=调研"),
    Place("search-none", "section", "/search", "/search?q=没有这样的词"),
    Place("exam", "section", "/exams/<uuid:uid>", "/courses/{finished}", ("main a[href^='/exams/']",)),
    Place("attempt", "section", "/exams/attempts/<uuid:uid>", "/exams", ("main a[href*='/attempts/']:not([href$=result])",)),
    Place("result", "section", "/exams/attempts/<uuid:uid>/result", "/exams", ("main a[href$='/result']",)),
    Place("practice-set", "section", "/practice/sets/<uuid:uid>", "/practice", ("main aside li a",)),
    Place("practice-questions", "reviewer", "/manage/practice", "/manage/practice"),
    Place("ledger-line", "section", "/ledger/<int:seq>", "/ledger", ("main a.who",)),
    Place("ledger-line-past", "division", "/ledger/<int:seq>", "/ledger?year=2025", ("main a.who",)),
    Place("certificate", "section", "/certificates/<no>", "/certificates/{no}"),
    Place("not-found", "section", "/nowhere", "/nowhere"),
    Place("forbidden", "section", "/manage", "/manage"),
    Place("home-history", "division", "/", "/"),
    Place("ledger-history", "division", "/ledger", "/ledger?year=2025"),
    Place("studio", "instructor", "/studio", "/studio"),
    Place("course-form", "instructor", "/studio/courses/new", "/studio/courses/new"),
    Place("editor", "instructor", "/studio/courses/<uuid:uid>", "/studio/courses/{draft}"),
    Place("editor-published", "instructor", "/studio/courses/<uuid:uid>", "/studio/courses/{published}"),
    Place("course-edit", "instructor", "/studio/courses/<uuid:uid>/edit", "/studio/courses/{draft}/edit"),
    Place("lecture-form", "instructor", "/studio/courses/<uuid:uid>/lectures/new", "/studio/courses/{draft}/lectures/new"),
    Place("lecture-edit", "instructor", "/studio/lectures/<uuid:uid>", "/studio/courses/{draft}", ("main a[href^='/studio/lectures/']",)),
    Place("quiz-begin", "instructor", "/studio/courses/<uuid:uid>/quiz", "/studio/courses/{bare}/quiz"),
    Place("quiz", "instructor", "/studio/exams/<uuid:uid>", "/studio/courses/{draft}/quiz"),
    Place("quiz-terms", "instructor", "/studio/exams/<uuid:uid>/terms", "/studio/courses/{draft}/quiz", ("main a[href$='/terms']",)),
    Place("quiz-preview", "instructor", "/studio/exams/<uuid:uid>/preview", "/studio/courses/{draft}/quiz", ("main a[href$='/preview']",)),
    Place(
        "question-new",
        "instructor",
        "/studio/exams/<uuid:uid>/questions/new",
        "/studio/courses/{draft}/quiz",
        ("main a[href*='kind=multiple']",),
    ),
    Place(
        "question",
        "instructor",
        "/studio/exams/<uuid:uid>/questions/<uuid:question>",
        "/studio/courses/{draft}/quiz",
        ("main ol a[href*='/questions/']",),
    ),
    Place("bank", "instructor", "/studio/bank", "/studio/bank"),
    Place("bank-review", "reviewer", "/studio/bank", "/studio/bank?state=in_review"),
    Place("bank-none", "instructor", "/studio/bank", "/studio/bank?q=zzzz"),
    Place("bank-question", "instructor", "/studio/bank/questions/<uuid:uid>", "/studio/bank?kind=case", ("main td a.who",)),
    Place("bank-reviewed", "reviewer", "/studio/bank/questions/<uuid:uid>", "/studio/bank?state=in_review", ("main td a.who",)),
    Place(
        "bank-edit",
        "instructor",
        "/studio/bank/questions/<uuid:uid>/edit",
        "/studio/bank?kind=case&state=draft",
        ("main td a.who", "main a[href$='/edit']"),
    ),
    Place("bank-single", "instructor", "/studio/bank/new", "/studio/bank/new"),
    Place("bank-blank", "instructor", "/studio/bank/new", "/studio/bank/new?kind=blank"),
    Place("bank-case", "instructor", "/studio/bank/new", "/studio/bank/new?kind=case"),
    Place("bank-short", "instructor", "/studio/bank/new", "/studio/bank/new?kind=short"),
    Place("bank-export", "instructor", "/studio/bank/export", "/studio/bank/export?format=gift"),
    Place("bank-imports", "instructor", "/studio/bank/imports", "/studio/bank/imports"),
    Place("bank-import", "instructor", "/studio/bank/imports/<uuid:uid>", "/studio/bank/imports", ("main td a.who",)),
    Place(
        "bank-row",
        "instructor",
        "/studio/bank/imports/<uuid:uid>/rows/<int:number>",
        "/studio/bank/imports",
        ("main td a.who", "main a[href*='/rows/']"),
    ),
    Place("media", "instructor", "/studio/media", "/studio/media"),
    Place("asset", "instructor", "/studio/media/<uuid:uid>", "/studio/media", ("main a[href^='/studio/media/']",)),
    Place("manage", "city", "/manage", "/manage"),
    Place("exams-set-up", "city", "/manage/exams", "/manage/exams"),
    Place("exam-new", "city", "/manage/exams/new", "/manage/exams/new"),
    Place("exam-set-up", "city", "/manage/exams/<uuid:uid>", "/manage/exams?state=draft", ("main a.who",)),
    Place("exam-opened", "city", "/manage/exams/<uuid:uid>", "/manage/exams?state=open", ("main a.who",)),
    Place("exam-terms", "city", "/manage/exams/<uuid:uid>/edit", "/manage/exams?state=draft", ("main a.who", "main a[href$='/edit']")),
    Place("exam-blueprint", "city", PAPER, DRAFTS, ("main a.who", "main a[href$='/paper']")),
    Place("exam-fixed", "city", PAPER, DRAFTS, ("main a.who", "main a[href$='/paper']", "main a[href*='form=fixed']")),
    Place("exam-preview", "city", "/manage/exams/<uuid:uid>/preview", DRAFTS, ("main a.who", "main a[href$='/preview']")),
    Place("exam-forms", "city", "/manage/exams/<uuid:uid>/forms", DRAFTS, ("main a.who", "main a[href$='/forms']")),
    Place("exam-roster", "city", "/manage/exams/<uuid:uid>/roster", "/manage/exams?state=open", ("main a.who", "main a[href$='/roster']")),
    Place(
        "exam-markers", "city", "/manage/exams/<uuid:uid>/markers", "/manage/exams?state=open", ("main a.who", "main a[href$='/markers']")
    ),
    Place("exam-statistics", "city", "/manage/exams/<uuid:uid>/statistics", "/manage/exams?state=open", (CONTEST, FIGURES)),
    Place(
        "exam-scores", "city", "/manage/exams/<uuid:uid>/scores", "/manage/exams?state=open", (CONTEST, FIGURES, "main a[href$='/scores']")
    ),
    Place("quiz-statistics", "instructor", "/studio/exams/<uuid:uid>/statistics", "/studio/courses/{published}/quiz", (FIGURES,)),
    Place("exam-notes", "city", "/manage/exams/<uuid:uid>/notes", "{noted}"),
    Place("exam-noticed", "city", "/manage/exams/<uuid:uid>/notes/<uuid:attempt>", "{noted}", ("main tbody a.who",)),
    Place("regrades", "city", "/manage/exams/<uuid:uid>/regrade", "{examined}/regrade"),
    Place("regrade", "city", "/manage/exams/<uuid:uid>/regrade/<uuid:version>", "{examined}/regrade", ("main a[href*='/regrade/']",)),
    Place("roster-listed", "city", "/manage/exams/<uuid:uid>/roster", "{listed}"),
    Place("regrades-done", "city", "/manage/exams/<uuid:uid>/regrade", "{withdrawn}"),
    Place("regrade-changes", "city", "/manage/exams/<uuid:uid>/regrade/<uuid:version>", "{changing}"),
    Place("exam-password", "retraining", "/exams/<uuid:uid>", "/exams", ("main li:has-text('返岗') h3 a",)),
    Place("people", "city", "/manage/people", "/manage/people"),
    Place("person", "city", "/manage/people/<uuid:uid>", "/manage/people?q=何若溪", ("main tbody a[href^='/manage/people/']",)),
    Place(
        "person-transfer",
        "city",
        "/manage/people/<uuid:uid>/changes/<deed>",
        "/manage/people?q=何若溪",
        ("main tbody a[href^='/manage/people/']", "main a[href$='/changes/transfer']"),
    ),
    Place(
        "person-leave",
        "unit-admin",
        "/manage/people/<uuid:uid>/leave/<deed>",
        "/manage/people?q=何若溪",
        ("main tbody a[href^='/manage/people/']", "main a[href$='/leave/enter']"),
    ),
    Place("people-import", "city", "/manage/people/import", "/manage/people/import"),
    Place("people-found", "city", "/manage/people/import/<uuid:uid>", "{roll}"),
    Place("units", "city", "/manage/units", "/manage/units"),
    Place("unit", "city", "/manage/units/<uuid:uid>", "/manage/units", ("main tbody a[href^='/manage/units/']",)),
    Place(
        "unit-move",
        "city",
        "/manage/units/<uuid:uid>/changes/<deed>",
        "/manage/units",
        ("main tbody a[href^='/manage/units/']", "main a[href$='/changes/move']"),
    ),
    Place("certify-unit", "unit-admin", "/manage/hours", "/manage/hours"),
    Place("certify", "city", "/manage/hours", "/manage/hours"),
    Place("certify-claim", "unit-admin", "/manage/hours/<uuid:uid>", "/manage/hours", ("main a.who",)),
    Place("certify-decided", "city", "/manage/hours", "/manage/hours?tab=done"),
    Place("certify-returned", "city", "/manage/hours", "/manage/hours?tab=returned"),
    Place("certify-appeals", "city", "/manage/hours", "/manage/hours?tab=appeals"),
    Place("certify-escalated", "city", "/manage/hours", "/manage/hours?chip=escalated"),
    Place("certify-superior", "city", "/manage/hours", "/manage/hours?step=hear"),
    Place("certify-clean", "city", "/manage/hours", "/manage/hours?chip=clean"),
    Place("certify-undone", "unit-admin", "/manage/hours/decisions/<uuid:uid>", "{held}"),
    Place("certify-courses", "city", "/manage/hours/courses", "/manage/hours/courses"),
    Place("certify-samples", "city", "/manage/hours/samples", "/manage/hours/samples"),
    Place("certify-deputies", "city", "/manage/hours/delegations", "/manage/hours/delegations"),
    Place("classes", "city", "/manage/classes", "/manage/classes"),
    Place("classes-none", "city", "/manage/classes", "/manage/classes?year=2001"),
    Place("class-new", "school", "/manage/classes/new", "/manage/classes/new"),
    Place("class", "city", "/manage/classes/<uuid:uid>", "/manage/classes?state=running", ("main a.who",)),
    Place("class-cancelled", "city", "/manage/classes/<uuid:uid>", "/manage/classes?state=cancelled", ("main a.who",)),
    Place(
        "class-edit", "city", "/manage/classes/<uuid:uid>/edit", "/manage/classes?state=planned", ("main a.who", "main a[href$='/edit']")
    ),
    Place(
        "class-cancel",
        "city",
        "/manage/classes/<uuid:uid>/cancel",
        "/manage/classes?state=planned",
        ("main a.who", "main a[href$='/cancel']"),
    ),
    Place(
        "class-withdraw",
        "city",
        "/manage/classes/<uuid:uid>/members/<uuid:person>/withdraw",
        "/manage/classes?state=running",
        ("main a.who", "main a[href$='/withdraw']"),
    ),
    Place(
        "class-people",
        "city",
        "/manage/classes/<uuid:uid>/people",
        "/manage/classes?state=planned",
        ("main a.who", "main a[href$='/people']"),
    ),
    Place("my-classes", "section", "/classes", "/classes"),
    Place("my-classes-none", "bureau", "/classes", "/classes"),
    Place("past", "city", "/manage/history", "/manage/history"),
    Place("past-file", "city", "/manage/history/<uuid:uid>", "{past_file}"),
    Place("past-done", "city", "/manage/history/<uuid:uid>", "{past_done}"),
    Place("years", "city", "/manage/years", "/manage/years"),
    Place("year", "city", "/manage/years/<int:year>", "/manage/years/2025"),
    Place("year-lines", "city", "/manage/years/<int:year>/people/<uuid:uid>", "/manage/years/2025?q=沈卓言", ("main ul a.who",)),
    Place("year-restated", "city", "/manage/years/<int:year>", "/manage/years/2024"),
    Place("year-open", "city", "/manage/years/<int:year>", "/manage/years/2023"),
    Place("year-report", "city", "/manage/years/<int:year>/reports/<int:issue>", "/manage/years/2025/reports/1"),
    Place("incomplete", "city", "/manage/incomplete", "/manage/incomplete"),
    Place("merits", "city", "/manage/merit", "/manage/merit"),
    Place("incomplete-one", "city", "/manage/incomplete/<int:year>/<uuid:uid>", "/manage/incomplete", ("main tbody a.who",)),
    Place("rule-changes", "city", "/manage/rules", "/manage/rules"),
    Place("rule-change", "city", "/manage/rules/<uuid:uid>", "/manage/rules", ("main tbody a.who",)),
    Place("rule-gaps", "city", "/manage/rules/<uuid:uid>", "/manage/rules", ("main tbody a.who", "main a[href*='turn=larger']")),
    Place("merit", "section", "/hours/merit", "/hours/merit"),
    Place("compliance", "city", "/manage/compliance", "/manage/compliance"),
    Place("compliance-figures", "finance", "/manage/compliance", "/manage/compliance?requirement=N3_network"),
    Place("compliance-teams", "city", "/manage/compliance", "/manage/compliance?by=team"),
    Place("compliance-needs", "city", "/manage/compliance", "/manage/compliance?by=requirement"),
    Place("compliance-people", "city", "/manage/compliance/people", "/manage/compliance/people?status=short"),
    Place("compliance-covered", "city", "/manage/compliance/people", "/manage/compliance/people?status=covered"),
    Place("compliance-person", "city", "/manage/compliance/people/<uuid:uid>", "/manage/compliance/people", ("main tbody a.who",)),
    Place("reminders", "section", "/reminders", "/reminders"),
    Place("desk", "reviewer", "/manage/courses", "/manage/courses?state=published"),
    Place("version", "reviewer", "/manage/courses/<uuid:uid>", "/manage/courses?state=published", ("main a.who",)),
    Place("version-quiz", "reviewer", "/manage/courses/<uuid:uid>/quiz", PUBLISHED, ("main a.who", "main a[href$='/quiz']")),
    Place("marking", "instructor", "/manage/marking", "/manage/marking"),
    Place("marking-sheet", "instructor", "/manage/marking/sheets/<uuid:uid>", "/manage/marking", ("main a[href*='/marking/exams/']",)),
    Place("appeals", "instructor", "/manage/appeals", "/manage/appeals"),
    Place("appeal", "instructor", "/manage/appeals/<uuid:uid>", "/manage/appeals", ("main a[href*='/appeals/']",)),
    Place("incidents", "city", "/manage/incidents", "/manage/incidents"),
    Place("incident", "city", "/manage/incidents/<uuid:uid>", "/manage/incidents", ("main a.who",)),
    Place("annul", "city", "/manage/exams/<uuid:uid>/annul/<uuid:attempt>", "{annulling}"),
    Place("result-appealed", "division", "/exams/attempts/<uuid:uid>/result", "{appealed}"),
    Place("being-marked", "section", "/exams/attempts/<uuid:uid>/result", "{written}"),
    *(Place(name, "retraining", "/exams/attempts/<uuid:uid>", f"{{{name}}}") for name in PAPERS),
    Place("attempt-elsewhere", "division", "/exams/attempts/<uuid:uid>", "{writing}"),
    Place("jobs", "sysadmin", "/manage/jobs", "/manage/jobs"),
    Place("audit", "auditor", "/manage/audit", "/manage/audit"),
    Place("audit-courses", "auditor", "/manage/audit", "/manage/audit?view=courses"),
    Place("audit-years", "auditor", "/manage/audit", "/manage/audit?view=years"),
    Place("audit-samples", "auditor", "/manage/audit", "/manage/audit?view=samples"),
    Place("audited", "auditor", "/manage/audit/people/<uuid:uid>", "/manage/audit?view=samples", ("main tbody a.who",)),
    Place(
        "audited-line",
        "auditor",
        "/manage/audit/people/<uuid:uid>/lines/<int:seq>",
        "/manage/audit?view=samples",
        ("main tbody a.who", "main tbody a.who"),
    ),
    Place(
        "audited-study",
        "auditor",
        "/manage/audit/people/<uuid:uid>/lines/<int:seq>/study",
        "/manage/audit?view=samples",
        ("main tbody a.who", "main a[href$='/study']"),
    ),
    Place("role-requests", "sysadmin", "/manage/role-requests", "/manage/role-requests"),
    Place("accounts", "security", "/manage/accounts", "/manage/accounts"),
    Place("one-account", "security", "/manage/accounts/<uuid:uid>", "/manage/accounts", ("main tbody a[href^='/manage/accounts/']",)),
]

NO_PAGES = re.compile(
    r"\.(pdf|vtt|jpg|svg|xlsx|csv)$|^/(media|static)/|^/(healthz|readyz|metrics|ui)$|/claims/(suggest|.*/evidence)/|/export/file$"
    "|^/manage/marking/exams/|^/questions/pictures/"
)
"""Routes that answer with a file or to a machine or send on to another page, and the gallery of parts."""


def routes() -> set[str]:
    """The routes of all pages, as docs/reference/permissions.md has them."""
    table = (ROOT / "docs" / "reference" / "permissions.md").read_text(encoding="utf-8")
    found = set(re.findall(r"^\| `GET` \| `([^`]+)` \|", table, re.M))
    return {route for route in found if not route.startswith("/api/") and not NO_PAGES.search(route)}


def reach(visitor: Visitor, place: Place, known: dict[str, str]) -> Page:
    """Open a page; `known` holds what furnishing made and, from then on, the address of each place."""
    page = visitor.page
    if place.name not in known:
        visitor.go(place.path.format(**known))
        for link in place.links:
            target = page.locator(link).first.get_attribute("href", timeout=SLOW)
            visitor.go(target or "")
        known[place.name] = page.url.removeprefix(visitor.base)
    else:
        visitor.go(known[place.name])
    assert re.search(place.shape, page.url.removeprefix(visitor.base)), f"{place.name} led to {page.url}"
    return page
