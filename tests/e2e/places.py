"""Every page of the college, who looks at it and how it is reached; the college in which none of them is empty."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.clips import make_clip
from tests.e2e.conftest import ROOT, LiveCollege, Visitor
from tests.e2e.contested import contested
from tests.e2e.learner import Learner
from tests.e2e.seated import PAPERS, seated
from tests.e2e.steps import SLOW, arrive, press
from tests.history.build import csv as as_past
from tests.history.build import row as past_row
from tests.people.build import as_csv, row


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
    Place("exam-statistics", "city", "/manage/exams/<uuid:uid>/statistics", "/manage/exams?state=open", (CONTEST, FIGURES)),
    Place(
        "exam-scores", "city", "/manage/exams/<uuid:uid>/scores", "/manage/exams?state=open", (CONTEST, FIGURES, "main a[href$='/scores']")
    ),
    Place("quiz-statistics", "instructor", "/studio/exams/<uuid:uid>/statistics", "/studio/courses/{published}/quiz", (FIGURES,)),
    Place("exam-notes", "city", "/manage/exams/<uuid:uid>/notes", "{noted}"),
    Place("exam-noticed", "city", "/manage/exams/<uuid:uid>/notes/<uuid:attempt>", "{noted}", ("main tbody a.who",)),
    Place("regrades", "city", "/manage/exams/<uuid:uid>/regrade", "{examined}/regrade"),
    Place("regrade", "city", "/manage/exams/<uuid:uid>/regrade/<uuid:version>", "{examined}/regrade", ("main a[href*='/regrade/']",)),
    Place("exam-password", "section", "/exams/<uuid:uid>", "/exams", ("main li:has-text('返岗') h3 a",)),
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
    Place("certify-undone", "unit-admin", "/manage/hours/decisions/<uuid:uid>", "{held}"),
    Place("certify-courses", "city", "/manage/hours/courses", "/manage/hours/courses"),
    Place("certify-samples", "city", "/manage/hours/samples", "/manage/hours/samples"),
    Place("certify-deputies", "city", "/manage/hours/delegations", "/manage/hours/delegations"),
    Place("past", "city", "/manage/history", "/manage/history"),
    Place("past-file", "city", "/manage/history/<uuid:uid>", "{past_file}"),
    Place("years", "city", "/manage/years", "/manage/years"),
    Place("year", "city", "/manage/years/<int:year>", "/manage/years/2025"),
    Place("year-lines", "city", "/manage/years/<int:year>/people/<uuid:uid>", "/manage/years/2025?q=沈卓言", ("main ul a.who",)),
    Place("year-restated", "city", "/manage/years/<int:year>", "/manage/years/2024"),
    Place("year-report", "city", "/manage/years/<int:year>/reports/<int:issue>", "/manage/years/2025/reports/1"),
    Place("incomplete", "city", "/manage/incomplete", "/manage/incomplete"),
    Place("merits", "city", "/manage/merit", "/manage/merit"),
    Place("incomplete-one", "city", "/manage/incomplete/<int:year>/<uuid:uid>", "/manage/incomplete", ("main tbody a.who",)),
    Place("rule-changes", "city", "/manage/rules", "/manage/rules"),
    Place("rule-change", "city", "/manage/rules/<uuid:uid>", "/manage/rules", ("main tbody a.who",)),
    Place("merit", "section", "/hours/merit", "/hours/merit"),
    Place("compliance", "city", "/manage/compliance", "/manage/compliance"),
    Place("compliance-figures", "finance", "/manage/compliance", "/manage/compliance?requirement=N3_network"),
    Place("compliance-people", "city", "/manage/compliance/people", "/manage/compliance/people?status=short"),
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


def study(college: LiveCollege) -> dict[str, str]:
    """`section` finishes some courses, has a quiz running in one and half a lecture of another."""
    ahead = 0.0

    def later(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds
        college.move_clock(ahead)

    learner = Learner(college.url, "section", later).sign_in()
    found = sorted(learner.courses(), key=lambda course: str(course["title"]))
    studying = max(found, key=lambda course: int(course["lectures"]))
    others = [course["uid"] for course in found if course is not studying]
    for number, course in enumerate(others[1:]):
        learner.finish(course, mistakes=number % 2)
    document = learner.ask("GET", f"/api/v1/courses/{studying['uid']}")
    learner.watch(document["lectures"][0]["uid"])
    learner.watch(document["lectures"][1]["uid"], 0.6)
    open_quiz = learner.ask("GET", f"/api/v1/courses/{others[0]}")
    for lecture in open_quiz["lectures"]:
        learner.watch(lecture["uid"])
    learner.begin_quiz(open_quiz["exam"])
    lines: list[dict[str, Any]] = learner.ask("GET", "/api/v1/me/ledger")["entries"]
    assert len(lines) == len(others) - 1
    return {"studying": studying["uid"], "finished": others[-1], "no": "PC-2026-000001", **write(college, learner)}


def write(college: LiveCollege, learner: Learner) -> dict[str, str]:
    """`section` hands in a paper with a written answer, which waits for a marker; `division` has begun one."""
    other = Learner(college.url, "division", learner.later).sign_in()
    exam = next(one["uid"] for one in learner.ask("GET", "/api/v1/exams")["items"] if one["title"] == "综合管理类应知应会考试")
    attempt, begun = learner.begin_quiz(exam), other.begin_quiz(exam)
    asked = next(one["question"] for one in attempt["questions"] if one["kind"] == "short")
    answer = {"rev": 1, "value": "先到现场听取意见，再查阅台账核对，\n最后把结论交当事人确认。"}
    learner.ask("PUT", f"/api/v1/attempts/{attempt['attempt']}/answers/{asked}", answer)
    noticed = [{"kind": kind, "at": "2026-11-22T02:00:00Z"} for kind in ("hidden", "shown", "paste", "fullscreen_left", "blur")]
    learner.ask("POST", f"/api/v1/attempts/{attempt['attempt']}/events", {"events": noticed})
    learner.ask("POST", f"/api/v1/attempts/{attempt['attempt']}/submit")
    found = {"noted": f"/manage/exams/{exam}/notes", "writing": f"/exams/attempts/{begun['attempt']}#q8"}
    return found | contested(college.url, other) | {"written": f"/exams/attempts/{attempt['attempt']}/result"}


def teach(visitor: Visitor, folder: Path) -> dict[str, str]:
    """The instructor has a new version of a course in hand, an empty course, and a recording in the pipeline."""
    page = visitor.page
    visitor.go("/studio")
    page.locator("main a.who").first.click(timeout=SLOW)
    published = arrive(page, r"/studio/courses/([0-9a-f-]{36})$")[1]
    press(page, "编写新版本")
    page.wait_for_url(lambda url: "/studio/courses/" in url and not url.endswith(published), timeout=SLOW)
    draft = page.url.rsplit("/", 1)[1]
    visitor.go("/studio/courses/new")
    for name, value in {"title": "窗口沟通三句话", "lecturer": "顾怀瑾", "summary": "三句话，让来办事的人放心。", "topics": "沟通"}.items():
        page.locator(f"main [name={name}]").fill(value)
    page.select_option("[name=framework]", "competence")
    press(page, "保存课程")
    bare = arrive(page, r"/studio/courses/([0-9a-f-]{36})$")[1]
    visitor.go("/studio/media")
    with page.expect_response(lambda answer: bool(answer.headers.get("upload-media")), timeout=SLOW):
        page.set_input_files("input[type=file][data-pick]", str(make_clip(folder / "窗口沟通.mp4", 6)))
    return {"published": published, "draft": draft, "bare": bare}


def import_people(visitor: Visitor, folder: Path) -> dict[str, str]:
    """A file of people with a good row, a row with a slip and one that cannot be taken."""
    file = folder / "people.csv"
    file.write_bytes(as_csv([row(1), row(2, 单位="市委宣传"), row(3, 身份证号="110000199003070000")]).getvalue())
    visitor.go("/manage/people/import")
    visitor.page.set_input_files("main input[type=file]", str(file))
    visitor.page.locator("main form button[type=submit]").first.click()
    arrive(visitor.page, r"/manage/people/import/[0-9a-f-]{36}")
    return {"roll": visitor.page.url.removeprefix(visitor.base)}


def decide(visitor: Visitor) -> dict[str, str]:
    """The unit returns a claim and takes that back within its ten seconds."""
    visitor.go("/manage/hours")
    visitor.page.locator("[data-decision] [name=reason]").fill("请补充盖章页")
    press(visitor.page, "退回补充")
    undo = visitor.page.locator("[data-undo]").first
    address = undo.get_attribute("action", timeout=SLOW) or ""
    undo.locator("button").click()
    visitor.page.locator(".flashes").wait_for(timeout=SLOW)
    return {"held": address.removesuffix("/undo")}


THIS_YEAR = {"开始日期": "2026-03-02", "结束日期": "2026-03-06"}
"""The years before are closed in the demo."""


def import_history(visitor: Visitor, folder: Path) -> dict[str, str]:
    """A file of past training with rows that cannot be taken."""
    file = folder / "past.csv"
    file.write_bytes(
        as_past(
            [past_row(1, **THIS_YEAR), past_row(2, **THIS_YEAR | {"学时": "四十"}), past_row(3, **THIS_YEAR | {"结束日期": "2026-03-01"})]
        ).getvalue()
    )
    visitor.go("/manage/history")
    visitor.page.set_input_files("main input[type=file]", str(file))
    visitor.page.locator("main form button[type=submit]").first.click()
    arrive(visitor.page, r"/manage/history/[0-9a-f-]{36}")
    return {"past_file": visitor.page.url.removeprefix(visitor.base)}


def send(visitor: Visitor, page: str, action: str, **fields: Any) -> None:
    """Send a form of a page without its question first."""
    visitor.go(page)
    token = visitor.page.locator("[name=csrf_token]").first.get_attribute("value", timeout=SLOW) or ""
    given = {**fields, "csrf_token": token}
    answer = visitor.page.request.post(visitor.base + action, multipart=given, headers={"Origin": visitor.base}, timeout=2 * SLOW)
    assert answer.ok, answer.status


def propose_rules(visitor: Visitor) -> None:
    """A new version of the rules waits for its second person."""
    text = (ROOT / "content" / "rules" / "demo@1.yaml").read_text(encoding="utf-8")
    text = text.replace("version: 1\n", "version: 2\n", 1).replace("{hours: 50}", "{hours: 60}", 1)
    file = {"name": "demo@2.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    send(visitor, "/manage/rules", "/manage/rules", file=file, from_on="2026-12-01", reason="提高网络自学要求")


def furnish(college: LiveCollege, visit: Callable[[str], Visitor], folder: Path) -> dict[str, str]:
    """Bring life into a freshly prepared college, so that every page has something to show."""
    known = study(college)
    known |= teach(visit("instructor"), folder)
    known |= decide(visit("unit-admin"))
    known |= seated(visit("retraining"))
    propose_rules(visit("personnel"))
    known |= import_people(visit("city"), folder)
    return known | import_history(visit("city"), folder)
