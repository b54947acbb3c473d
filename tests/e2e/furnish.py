"""The college in which no page is empty: what is brought in before every page is looked at (tests/e2e/places.py)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.e2e.clips import make_clip
from tests.e2e.conftest import ROOT, LiveCollege, Visitor
from tests.e2e.contested import contested
from tests.e2e.examined import examined
from tests.e2e.learner import Learner
from tests.e2e.seated import seated
from tests.e2e.steps import SLOW, arrive, press
from tests.history.build import csv as as_past
from tests.history.build import row as past_row
from tests.people.build import as_csv, row


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
    return {"studying": studying["uid"], "finished": others[-1], "no": certificate_of(college, "section"), **write(college, learner)}


def certificate_of(college: LiveCollege, user_name: str) -> str:
    """The number of somebody's first certificate; others of the demo hold some, too."""
    with closing(sqlite3.connect(college.folder / "var" / "college.sqlite3", timeout=30)) as base:
        found = base.execute(
            "SELECT min(no) FROM certificates_certificate JOIN people_account USING (person_id) WHERE user_name = ?", (user_name,)
        ).fetchone()
    return str(found[0])


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


def examine_history(visitor: Visitor, file: Path, rows: list[list[Any]]) -> str:
    """Have a file of past training checked; the address of what was found."""
    file.write_bytes(as_past(rows).getvalue())
    visitor.go("/manage/history")
    visitor.page.set_input_files("main input[type=file]", str(file))
    visitor.page.locator("main form button[type=submit]").first.click()
    arrive(visitor.page, r"/manage/history/[0-9a-f-]{36}")
    return visitor.page.url.removeprefix(visitor.base)


def import_history(visitor: Visitor, folder: Path) -> dict[str, str]:
    """A file of past training with rows that cannot be taken, and one that was brought in."""
    known = past_row(1, 姓名="何若溪", 身份证号=None, 用户名="section", **THIS_YEAR)
    done = examine_history(visitor, folder / "known.csv", [known])
    visitor.page.locator("main .page-head form button").click(timeout=SLOW)
    visitor.page.locator("#undo-h").wait_for(timeout=SLOW)
    bad = [past_row(1, **THIS_YEAR), past_row(2, **THIS_YEAR | {"学时": "四十"}), past_row(3, **THIS_YEAR | {"结束日期": "2026-03-01"})]
    return {"past_done": done, "past_file": examine_history(visitor, folder / "past.csv", bad)}


def draw(college: LiveCollege) -> None:
    """Three courses that posted by themselves are drawn to be looked at; the rules draw one in fifty."""
    with closing(sqlite3.connect(college.folder / "var" / "college.sqlite3", timeout=30)) as base, base:
        base.execute(
            "INSERT OR IGNORE INTO desk_sample (person_id, version_id, state, drawn_at, reason)"
            " SELECT person_id, version_id, 'open', credited_at, '' FROM hours_course_credit WHERE state = 'posted' LIMIT 3"
        )


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
    draw(college)
    known |= teach(visit("instructor"), folder)
    known |= decide(visit("unit-admin"))
    known |= seated(visit("retraining"))
    propose_rules(visit("personnel"))
    known |= examined(visit("city"), Learner(college.url, "section", lambda _seconds: None).sign_in())
    known |= import_people(visit("city"), folder)
    return known | import_history(visit("city"), folder)
