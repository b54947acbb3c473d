"""Every page asks the database the same few questions, however much the college holds (PERF-G7, decisions 29)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, select

from app.bank import service as bank
from app.bank.models import Question, QuestionVersion
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.formats import text as pasted
from app.catalogue.models import CourseVersion
from app.certificates import service as certificates
from app.claims import service as claims
from app.claims.models import Claim
from app.compliance.models import Standing
from app.desk.models import Held
from app.exams import service as exams
from app.exams.models import Exam, ExamQuestion
from app.history.models import HistoryImport
from app.history.service import Report as HistoryReport
from app.kernel.work import College
from app.media.models import Asset
from app.people.models import Roll, SignIn, UnitHistory
from app.people.service.importing import Report
from app.people.service.passwords import hashed
from app.practice import queries as practice_queries
from app.practice import service as practice
from app.rulebook.service import rule_set
from app.years.models import AccountingYear, RuleChange, YearReport
from tests import make
from tests.classes import build as training
from tests.exams import build as papers
from tests.exams import papers as examined
from tests.hours import build

MOST = 10
NO_PAGES = frozenset({
    "/manage/exams/<uuid:uid>/scores.xlsx", "/manage/exams/<uuid:uid>/scores.csv", "/manage/exams/<uuid:uid>/statistics.xlsx",
    "/manage/exams/<uuid:uid>/statistics.csv", "/manage/exams/<uuid:uid>/regrade/<uuid:version>/changes.xlsx",
    "/studio/bank/imports/template.xlsx", "/studio/bank/imports/<uuid:uid>/findings.xlsx", "/studio/bank/export/file",
    "/questions/pictures/<sha>",
    "/healthz", "/readyz", "/metrics", "/static/dist/<path:name>", "/ui", "/covers/<uuid:uid>.svg", "/certificates/<no>.pdf",
    "/studio/media/<uuid:uid>/captions.vtt", "/media/preview/<uuid:uid>/<int:until>/<signature>/<path:path>",
    "/courses/<uuid:uid>/lectures/<uuid:lecture>/captions.vtt", "/courses/<uuid:uid>/lectures/<uuid:lecture>/poster.jpg",
    "/hours/claims/<uuid:uid>/evidence/<uuid:evidence>", "/hours/claims/<uuid:uid>/evidence/<uuid:evidence>/pages/<int:number>",
    "/manage/hours/list.xlsx", "/manage/hours/list.csv", "/hours/claims/suggest/<kind>",
    "/hours/transcript.pdf", "/hours/transcript.xlsx", "/manage/history/template.xlsx",
    "/manage/people/import/template.xlsx", "/manage/compliance/units.xlsx", "/manage/compliance/units.pdf",
    "/manage/compliance/units.csv", "/manage/compliance/people.csv",
    "/manage/audit.csv", "/manage/merit.xlsx", "/manage/rules/<uuid:uid>.xlsx", "/manage/years/<int:year>/reports/<int:issue>.xlsx",
    "/manage/compliance/people.xlsx", "/manage/compliance/people.pdf", "/media/play/<uuid:session>/<signature>/<path:path>",
})  # fmt: skip
"""Addresses that give files or figures."""

FORWARDING = frozenset({"/sign-in", "/studio/courses/<uuid:uid>/quiz", "/manage/marking/exams/<uuid:uid>"})
"""Pages that send this person on to another."""

ROLES = ("cadre", "instructor", "reviewer", "organization_dept", "city_policy", "sys_admin", "security_admin", "auditor")


@contextmanager
def counted(college: College) -> Iterator[list[str]]:
    """The SQL statements that run inside."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "ROLLBACK", "COMMIT", "PRAGMA", "SET ")):
            seen.append(statement)

    event.listen(college.engine, "before_cursor_execute", note)
    yield seen
    event.remove(college.engine, "before_cursor_execute", note)


def quiz_of(work: Any, version_id: int) -> Any:
    """A closing quiz of three questions."""
    questions = [QuestionDraft.judge(f"公文以准确为先（{number}）。", is_true=True) for number in range(3)]
    return exams.create_closing_quiz(work, version_id, "随堂测验", questions)


@pytest.fixture
def settled(work_as: Any, client: Any) -> tuple[Any, dict[str, str]]:
    """Someone signed in who may do everything, and for each route of a page an address at which there is something."""
    with work_as() as work:
        unit = make.unit(work, "市人事局")
        work.session.add(UnitHistory(unit_id=unit.id, name_zh=unit.name_zh, name_en=unit.name_en, path=unit.path, from_on=make.DAY_ONE,
                                     recorded_at=work.now))  # fmt: skip
        me = make.person(work, "李学", at=unit)
        make.account(work, me, "lixue", hashed("Study-2026-demo"))
        for role in ROLES:
            make.grant(work, me, role, "self" if role == "cadre" else "city")
        course, version, lectures = make.course(work, me, (60_000, 30_000))
        _other, sat_version, _lectures = make.course(work, me, title="考过的课")
        _draft, draft, draft_lectures = make.course(work, me, state="draft", title="还在写的课")
        quizzes = [quiz_of(work, one.id) for one in (version, sat_version, draft)]
        build.begun(work, me, version, lectures_done=1, lectures_completed_at=work.now, last_lecture_id=lectures[0].id)
        build.begun(work, me, sat_version, lectures_done=1, lectures_completed_at=work.now)
        line = build.posted(work, me, "城市更新政策解读", "14", date(2026, 3, 1), source_id=str(version.uid))
        paper = certificates.issue(work, person_id=me.id, entry_seq=line.seq)
        roll = Roll(uid=work.new_uid(), owner_id=me.id, file_name="people.xlsx", report=asdict(Report()), created_at=work.now)
        past = HistoryImport(uid=work.new_uid(), owner_id=me.id, owner_name="李学", file_name="past.xlsx", digest="0" * 64,
                             report=asdict(HistoryReport()), created_at=work.now)  # fmt: skip
        work.session.add_all([roll, past])
        rules = of_a_year_that_is_over(work, me)
        question = work.session.scalars(select(Question.uid).join(ExamQuestion).where(ExamQuestion.exam_id == quizzes[2].id)).first()
        film = work.session.get_one(Asset, lectures[0].asset_id)
    client.sign_in("lixue")
    with work_as(make.actor(me, "claims.file")) as work:
        claim = claims.start(work, "book", {"title": "城市更新读本"})
    running, done = (sitting(work_as, me, quiz.uid) for quiz in quizzes[:2])
    with work_as(door_of(work_as, me)) as work:
        exams.submit(work, done)
    banked, read_in = in_the_bank(work_as, me)
    exercise = practised(work_as, me)
    it = SimpleNamespace(line=line, film=film, paper=paper, draft=draft, draft_lectures=draft_lectures, quizzes=quizzes, running=running,
                         done=done, course=course, lectures=lectures, me=me, unit=unit, roll=roll, past=past, rules=rules, version=version,
                         question=question, claim=claim, banked=banked, exercise=exercise, read_in=read_in,
                         **planned_by(work_as, me), noted=noted_of(work_as, me), **put_right(work_as),
                         **at_the_desk(work_as, me, unit))  # fmt: skip
    return me, {**pages_of_learners(it), **pages_of_staff(it), **pages_of_reviewers(it)}


def in_the_bank(work_as: Any, me: Any) -> tuple[Any, Any]:
    """Two questions that say nearly the same, and an import with something to put right."""
    with work_as(make.actor(me, "bank.author")) as work:
        uids = [bank.add(work, QuestionDraft.judge(f"甲乙丙丁戊己庚辛壬癸子丑寅卯辰{at}", is_true=True)).uid for at in range(2)]
        return uids[0], bank.keep(work, "text", pasted.read("1、没有答案\nA、一\nB、二")).uid


def planned_by(work_as: Any, me: Any) -> dict[str, Any]:
    """An examination of the person's, checked and taken back, with a blueprint that the bank fills, and a question it could ask."""
    uids = examined.stocked(work_as, 6)
    with work_as(make.actor(me, "exams.assemble")) as work:
        planned = exams.plan_exam(work, examined.terms())
        exams.set_blueprint(work, planned.uid, examined.rows(3, 2))
        for state in ("checked", "draft"):
            exams.move_exam(work, planned.uid, state)
        asked = select(QuestionVersion.uid).join(Question, Question.current_version_id == QuestionVersion.id)
        return {"planned": planned.uid, "asked": work.session.scalars(asked.where(Question.uid == uids[0])).one()}


def noted_of(work_as: Any, me: Any) -> tuple[Any, Any]:
    """An examination that the person sits, during which something was noticed."""
    examined.stocked(work_as, 2, topic="保密")  # none of those whose correction is looked at: nobody looks whose paper asks them
    opened = examined.opened(work_as, examined.rows(2, topic="保密"), title="有记录的考试")
    begun = sitting(work_as, me, opened.uid)
    with work_as(door_of(work_as, me)) as work:
        exams.note(work, begun, [{"kind": "paste", "at": "2026-11-22T02:00:00+00:00"}])
        work.session.get_one(Exam, opened.id).state = "draft"  # so that four hundred quizzes push nothing off the list of exams
    return opened.uid, begun


def put_right(work_as: Any) -> dict[str, Any]:
    """A sitting of somebody else that he appeals and that is proposed to be annulled."""
    opened, other = examined.opened(work_as, examined.rows(2), title="有异常的考试"), examined.candidate(work_as, "当事人", sign_in_id=91)
    attempt = papers.start(work_as, other, opened.uid).attempt
    with work_as(other) as work:
        exams.submit(work, attempt)
        appealed = exams.appeal(work, attempt, "请复核").uid
    with work_as() as work:
        officer = make.actor(make.person(work, "考务"), "exams.release")
    with work_as(officer) as work:
        incident = exams.propose_annulment(work, opened.uid, attempt, "疑似代考", grants_attempt=True).uid
        work.session.get_one(Exam, opened.id).state = "draft"  # it pushes nothing off the list of exams
    return {"incident": incident, "appealed": appealed, "annulled": (opened.uid, attempt)}


def practised(work_as: Any, me: Any) -> Any:
    """An exercise of the person's with a question answered, out of three that are open."""
    with work_as() as work:
        uids = [examined.approved(work, number, topic="练习").uid for number in range(3)]
    with work_as(make.actor(me, "bank.review")) as work:
        for uid in uids:
            practice.open_question(work, uid)
        row = practice.daily(work)
        one = practice_queries.asked(work, row)[0]
        practice.answer(work, row.uid, one.line.question, next(iter(one.options)))
        return row.uid


def of_a_year_that_is_over(work: Any, me: Any) -> RuleChange:
    """A closed year with its report, the person short in it, and rules that are proposed."""
    work.session.add_all([
        AccountingYear(year=2025, state="closed", opened_at=work.now),
        YearReport(year=2025, issue=1, as_of=date(2026, 1, 20), rule_set_version="demo@1", issued_at=work.now, issued_by="市人事局",
                   changes=[], figures={"hours": "0", "lines": 0, "requirements": {}}),
        Standing(person_id=me.id, year=2025, requirement="*", state="short", due_on=date(2026, 1, 1), rank_level="", teams=0, memberships=1,
                 is_serving=True, trained_year=False, trained_cycle=False, missing=500),
    ])  # fmt: skip
    change = RuleChange(uid=work.new_uid(), pin="demo@2", hash="", body=dict(rule_set("demo@1", date(2027, 1, 1)).body),
                        source="", against="demo@1", from_on=date(2027, 1, 1),
                        reason="试", proposed_by=me.id, proposed_name="李学", proposed_at=work.now)  # fmt: skip
    work.session.add(change)
    return change


def at_the_desk(work_as: Any, me: Any, unit: Any) -> dict[str, Any]:
    """A colleague's claim that waits for the person, and a decision he has just made."""
    with work_as() as work:
        other = make.person(work, "何同", at=unit)
        day = work.now.date()
        waiting = Claim(person_id=other.id, id=1, uid=work.new_uid(), kind="book", state="unit_checked", title="读本",
                        occurred_from=day, occurred_to=day, hours_claimed=Decimal(3), due_on=day, submitted_at=work.now,
                        rule_set_version="demo@1", activity_key="book:1", created_at=work.now, changed_at=work.now)  # fmt: skip
        held = Held(uid=work.new_uid(), by_id=me.id, verb="return", title="旧申报", count=1, hours=Decimal(3), ip="", device="",
                    locale="zh", made_at=work.now, runs_at=work.now)  # fmt: skip
        work.session.add_all([waiting, held])
        row = training.with_member(work, unit, other)
    return {"training": row, "waiting": waiting, "held": held, "colleague": other, "sheet": papers.essay(work_as, me, other)}


def pages_of_learners(it: SimpleNamespace) -> dict[str, str]:
    """Where a learner finds these things."""
    return {
        "/sign-in": "/sign-in?again=1", "/account": "/account", "/account/password": "/account/password",
        "/account/sessions": "/account/sessions", "/ledger": "/ledger", "/ledger/<int:seq>": f"/ledger/{it.line.seq}",
        "/certificates/<no>": f"/certificates/{it.paper.no}", "/verify": "/verify",
        "/verify/<no>": f"/verify/{it.paper.no}?code={it.paper.check_code}",
        "/exams": "/exams", "/practice": "/practice", "/practice/book": "/practice/book",
        "/practice/sets/<uuid:uid>": f"/practice/sets/{it.exercise}", "/exams/<uuid:uid>": f"/exams/{it.quizzes[0].uid}",
        "/exams/attempts/<uuid:uid>": f"/exams/attempts/{it.running}",
        "/exams/attempts/<uuid:uid>/result": f"/exams/attempts/{it.done}/result", "/courses": "/courses",
        "/courses/<uuid:uid>": f"/courses/{it.course.uid}",
        "/courses/<uuid:uid>/lectures/<uuid:lecture>": f"/courses/{it.course.uid}/lectures/{it.lectures[0].uid}",
        "/search": "/search?q=公文",
        "/": "/", "/hours": "/hours", "/hours/rules": "/hours/rules", "/hours/rules/<pin>": "/hours/rules/demo@1",
        "/hours/transcript": "/hours/transcript?period=cycle",
        "/hours/claims": "/hours/claims", "/hours/claims/new": "/hours/claims/new", "/hours/claims/new/<kind>": "/hours/claims/new/book",
        "/hours/claims/<uuid:uid>": f"/hours/claims/{it.claim.uid}", "/hours/claims/<uuid:uid>/edit": f"/hours/claims/{it.claim.uid}/edit",
    }  # fmt: skip


def pages_of_quizzes(it: SimpleNamespace) -> dict[str, str]:
    """Where the author of a closing quiz finds it."""
    return {
        "/studio/exams/<uuid:uid>": f"/studio/exams/{it.quizzes[2].uid}",
        **{
            f"/studio/exams/<uuid:uid>{rest}": f"/studio/exams/{it.quizzes[2].uid}{rest}"
            for rest in ("/terms", "/preview", "/statistics", "/questions/new")
        },
        "/studio/exams/<uuid:uid>/questions/<uuid:question>": f"/studio/exams/{it.quizzes[2].uid}/questions/{it.question}",
    }  # fmt: skip


def pages_of_reviewers(it: SimpleNamespace) -> dict[str, str]:
    """Where those who release results find what was noticed."""
    exam, attempt = it.noted
    return {
        "/manage/incidents": "/manage/incidents",
        "/manage/incidents/<uuid:uid>": f"/manage/incidents/{it.incident}",
        "/manage/appeals": "/manage/appeals",
        "/manage/appeals/<uuid:uid>": f"/manage/appeals/{it.appealed}",
        "/manage/exams/<uuid:uid>/annul/<uuid:attempt>": "/manage/exams/{}/annul/{}".format(*it.annulled),
        "/manage/exams/<uuid:uid>/notes": f"/manage/exams/{exam}/notes",
        "/manage/exams/<uuid:uid>/notes/<uuid:attempt>": f"/manage/exams/{exam}/notes/{attempt}",
    }


def pages_of_bank(it: SimpleNamespace) -> dict[str, str]:
    """Where authors of questions find them."""
    return {
        "/studio/bank": "/studio/bank?kind=single&q=甲", "/studio/bank/new": "/studio/bank/new?kind=case",
        "/studio/bank/questions/<uuid:uid>": f"/studio/bank/questions/{it.banked}",
        "/studio/bank/export": "/studio/bank/export?format=gift",
        "/studio/bank/questions/<uuid:uid>/edit": f"/studio/bank/questions/{it.banked}/edit",
        "/studio/bank/imports": "/studio/bank/imports",
        "/studio/bank/imports/<uuid:uid>": f"/studio/bank/imports/{it.read_in}",
        "/studio/bank/imports/<uuid:uid>/rows/<int:number>": f"/studio/bank/imports/{it.read_in}/rows/1",
    }  # fmt: skip


def pages_of_staff(it: SimpleNamespace) -> dict[str, str]:
    """Where authors and officers find them."""
    return {
        "/studio/media": "/studio/media", "/studio/media/<uuid:uid>": f"/studio/media/{it.film.uid}",
        "/studio": "/studio", "/studio/courses/new": "/studio/courses/new", "/studio/courses/<uuid:uid>": f"/studio/courses/{it.draft.uid}",
        "/studio/courses/<uuid:uid>/edit": f"/studio/courses/{it.draft.uid}/edit",
        "/studio/courses/<uuid:uid>/lectures/new": f"/studio/courses/{it.draft.uid}/lectures/new",
        "/studio/lectures/<uuid:uid>": f"/studio/lectures/{it.draft_lectures[0].uid}",
        "/manage/people": "/manage/people", "/manage/people/<uuid:uid>": f"/manage/people/{it.me.uid}", "/manage/units": "/manage/units",
        "/manage/people/<uuid:uid>/changes/<deed>": f"/manage/people/{it.colleague.uid}/changes/transfer",
        "/manage/people/<uuid:uid>/leave/<deed>": f"/manage/people/{it.colleague.uid}/leave/enter",
        "/manage/units/<uuid:uid>/changes/<deed>": f"/manage/units/{it.unit.uid}/changes/move",
        "/manage/units/<uuid:uid>": f"/manage/units/{it.unit.uid}", "/manage/people/import": "/manage/people/import",
        "/manage/people/import/<uuid:uid>": f"/manage/people/import/{it.roll.uid}", "/manage/accounts": "/manage/accounts",
        "/manage/role-requests": "/manage/role-requests",
        "/manage/accounts/<uuid:uid>": f"/manage/accounts/{it.me.uid}", "/manage/courses": "/manage/courses",
        "/manage/courses/<uuid:uid>": f"/manage/courses/{it.version.uid}",
        "/manage/courses/<uuid:uid>/quiz": f"/manage/courses/{it.version.uid}/quiz",
        "/studio/courses/<uuid:uid>/quiz": f"/studio/courses/{it.draft.uid}/quiz",
        **pages_of_bank(it), **training.pages(it.training, it.colleague), **pages_of_examiners(it), **pages_of_quizzes(it),
        "/manage/history": "/manage/history", "/manage/history/<uuid:uid>": f"/manage/history/{it.past.uid}",
        "/manage/years": "/manage/years", "/manage/years/<int:year>": "/manage/years/2025",
        "/manage/years/<int:year>/reports/<int:issue>": "/manage/years/2025/reports/1",
        "/manage/years/<int:year>/people/<uuid:uid>": f"/manage/years/2026/people/{it.me.uid}", "/manage/incomplete": "/manage/incomplete",
        "/manage/incomplete/<int:year>/<uuid:uid>": f"/manage/incomplete/2025/{it.me.uid}", "/manage/rules": "/manage/rules",
        "/manage/rules/<uuid:uid>": f"/manage/rules/{it.rules.uid}", "/hours/merit": "/hours/merit",
        "/manage/merit": "/manage/merit?year=2025",
        "/manage/compliance": "/manage/compliance", "/manage/compliance/people": "/manage/compliance/people",
        "/manage/compliance/people/<uuid:uid>": f"/manage/compliance/people/{it.me.uid}", "/reminders": "/reminders",
        "/manage/hours": "/manage/hours", "/manage/hours/<uuid:uid>": f"/manage/hours/{it.waiting.uid}",
        "/manage/hours/decisions/<uuid:uid>": f"/manage/hours/decisions/{it.held.uid}", "/manage/hours/courses": "/manage/hours/courses",
        "/manage/hours/samples": "/manage/hours/samples", "/manage/hours/delegations": "/manage/hours/delegations",
        "/manage/practice": "/manage/practice", "/manage": "/manage", "/manage/jobs": "/manage/jobs",
        **pages_of_the_auditor(it),
    }  # fmt: skip


def pages_of_the_auditor(it: SimpleNamespace) -> dict[str, str]:
    """Where the auditor reads, narrowed by everything that asks the database something."""
    rule, whom = "/manage/audit/people/<uuid:uid>", f"/manage/audit/people/{it.me.uid}"
    return {"/manage/audit": "/manage/audit?view=years&person=李学&officer=李学&unit=市人事局", rule: whom,
            **{f"{rule}/lines/<int:seq>{rest}": f"{whom}/lines/{it.line.seq}{rest}" for rest in ("", "/study")}}  # fmt: skip


def pages_of_examiners(it: SimpleNamespace) -> dict[str, str]:
    """Where examinations are set up, marked and put right."""
    planned = f"/manage/exams/{it.planned}"
    rests = ("", "/edit", "/paper", "/preview", "/forms", "/roster", "/markers", "/statistics", "/scores", "/regrade")
    return {
        **{f"/manage/exams{rest}": f"/manage/exams{rest}" for rest in ("", "/new")},
        **{f"/manage/exams/<uuid:uid>{rest}": f"{planned}{rest}" for rest in rests},
        "/manage/exams/<uuid:uid>/regrade/<uuid:version>": f"{planned}/regrade/{it.asked}?how=full",
        "/manage/marking": "/manage/marking", "/manage/marking/sheets/<uuid:uid>": f"/manage/marking/sheets/{it.sheet.uid}",
        "/manage/marking/exams/<uuid:uid>": f"/manage/marking/exams/{it.quizzes[0].uid}",
    }  # fmt: skip


def door_of(work_as: Any, me: Any) -> Any:
    """The person as signed in by the browser of the test."""
    with work_as() as work:
        return make.actor(me, "exams.sit", sign_in_id=work.session.scalars(select(SignIn.id)).one())


def sitting(work_as: Any, me: Any, quiz: Any) -> Any:
    """An attempt begun in that browser."""
    with work_as(door_of(work_as, me)) as work:
        return exams.start(work, quiz)[0].attempt


def more(work_as: Any, me: Any, numbers: range) -> None:
    """So many more courses, studied and written by the person, with quizzes, lines of the ledger, units and people."""
    with work_as() as work:
        me = work.session.merge(me)
        for number in numbers:
            _course, version, _lectures = make.course(work, me, title=f"课程 {number}", state="draft" if number % 3 == 0 else "published")
            quiz_of(work, version.id)
            build.begun(work, me, version, days_ago=number % 50)
            if number % 10 == 0:
                build.posted(work, me, f"讲座 {number}", "0.25", date(2026, 1 + number // 40, 3))
                make.account(work, make.person(work, f"学员 {number}"), f"user{number}")


def statements(client: Any, college: College, addresses: dict[str, str]) -> dict[str, int]:
    """How many statements each page takes, at its second look."""
    counts: dict[str, int] = {}
    for rule, address in addresses.items():
        client.get(address)
        with counted(college) as seen:
            answer = client.get(address)
        assert answer.status_code == (303 if rule in FORWARDING else 200), (rule, answer.status_code)
        counts[rule] = len(seen)
    return counts


def test_every_page_has_its_address_here(app: Any, settled: tuple[Any, dict[str, str]]) -> None:
    """A new page must be counted, too."""
    pages = {one.rule for one in app.extensions["endpoints"].values() if "GET" in one.methods and not one.rule.startswith("/api/")}
    assert pages - NO_PAGES == set(settled[1])


def test_pages_need_few_statements_and_no_more_with_four_hundred_courses(
    client: Any, college: College, work_as: Any, settled: tuple[Any, dict[str, str]]
) -> None:
    me, addresses = settled
    more(work_as, me, range(10))
    few = statements(client, college, addresses)
    assert {rule: count for rule, count in few.items() if count > MOST} == {}
    more(work_as, me, range(10, 400))
    many = statements(client, college, addresses)
    assert {rule: (few[rule], count) for rule, count in many.items() if count != few[rule]} == {}


def test_the_count_sees_a_page_that_asks_once_for_each_course(college: College, work_as: Any) -> None:
    with work_as() as work:
        owner = make.person(work)
        versions = [make.course(work, owner)[1].id for _ in range(MOST + 1)]
    with counted(college) as seen, work_as(write=False) as work:
        for version_id in versions:
            work.session.get(CourseVersion, version_id)
    assert len(seen) == MOST + 1
