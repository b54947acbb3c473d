"""The home page, the hours and the rules, as people meet them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from app.exams.models import Exam, ExamKind, ExamState
from app.exams.rules.timing import ReleasePolicy
from app.hours import queries
from app.people.models import TeamMembership
from app.rulebook import service as rulebook
from tests.hours import build

pytestmark = pytest.mark.sqlite_only
D = Decimal


@contextmanager
def counted(college: Any) -> Iterator[list[str]]:
    """The SQL statements that run inside."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "ROLLBACK", "COMMIT", "PRAGMA")):
            seen.append(statement)

    event.listen(college.engine, "before_cursor_execute", note)
    yield seen
    event.remove(college.engine, "before_cursor_execute", note)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)[:3000]
    return " ".join(answer.get_data(as_text=True).split())


def busy(work: Any) -> Any:
    """A cadre in the middle of the year: lines, a course begun, a quiz open."""
    person = build.cadre(work, name="林晓岚")
    for number, (title, hours, day) in enumerate(
        [("应急处突能力提升", "16.5", 3), ("城市更新政策解读", "14", 90), ("区域协同专题讲座", "10", 170), ("保密法网上测试", "2", 320)]
    ):
        build.posted(work, person, title, hours, date(2026, 1, 1) + timedelta(days=day), activity_key=f"course:x{number}@1:2023-2027")
    build.posted(work, person, "处级干部进修班", "40", date(2026, 6, 5), category="special_class", delivery="offline", off_post=True,
                 days=D(5), occurred_from=date(2026, 6, 1), span_days=5)  # fmt: skip
    for number in range(3):
        _course, version, lectures = build.course(work, person, "1", lectures=(2_710_000, 600_000), title=f"数字政府建设 {number}")
        build.begun(work, person, version, days_ago=number, last_lecture_id=lectures[0].id)
    _course, version, lectures = build.course(work, person, "2", title="行政处罚法")
    build.begun(work, person, version, lectures_done=1, lectures_completed_at=work.now, last_lecture_id=lectures[0].id)
    work.session.add(Exam(uid=work.new_uid(), kind=ExamKind.CLOSING_QUIZ, title="行政处罚法随堂测验", course_version_id=version.id,
                          state=ExamState.OPEN, pass_mark=60, max_attempts=3, limit_minutes=20,
                          release_policy=next(iter(ReleasePolicy)), author_id=person.id, created_at=work.now))  # fmt: skip
    return person


def test_home_says_where_the_year_stands(client, work_as):
    with work_as() as work:
        busy(work)
    client.sign_in("lixue")
    html = text_of(client.get("/"))
    assert "上午好，林晓岚" in html
    assert '距学年结束还有 <b class="num b">39</b> 天' in html
    assert 'aria-label="网络自学：已认定 42.5 学时，待认定 0 学时，年度要求 50 学时"' in html
    assert "还差 7.5" in html
    assert 'aria-label="全年各月已认定学时：1 月 16.5；4 月 14；6 月 10；11 月 2。月均要求 4.2 学时。"' in html
    assert "按最近 8 周的节奏" in html
    assert "看数据表" in html


def test_home_leads_on_to_courses_quizzes_and_what_is_due(client, work_as):
    with work_as() as work:
        busy(work)
    client.sign_in("lixue")
    html = text_of(client.get("/"))
    assert "继续学习" in html
    assert "行政处罚法随堂测验" in html
    assert "还有 3 次机会 · 20 分钟" in html
    assert "去测验" in html
    assert "还差 7.5 学时" in html
    assert 'href="/hours#N3_network"' in html
    for title in ("城市更新政策解读", "处级干部进修班"):
        assert title in html
    assert "已认定" in html


def test_home_of_a_fresh_person_is_honest(client, work_as):
    with work_as() as work:
        build.cadre(work)
    client.sign_in("lixue")
    html = text_of(client.get("/"))
    assert "您还没有在学的课程。" in html
    assert "还没有记录。学完一门课程，这里立即可见。" in html
    assert "去选课" in html
    assert "年度集中培训" in html
    assert "还差 50 学时" in html


def test_home_of_someone_without_requirements_says_so(client, work_as):
    with work_as() as work:
        build.cadre(work, team="other")
    client.sign_in("lixue")
    html = text_of(client.get("/"))
    assert "今年没有适用于您的学时要求" in html
    assert "目前没有待办事项。" in html


def test_a_reached_year_says_reached(client, work_as):
    with work_as() as work:
        person = build.cadre(work)
        build.posted(work, person, "网上专题班", "50", date(2026, 5, 1))
    client.sign_in("lixue")
    html = text_of(client.get("/"))
    assert "“网络自学”已达到要求，此后的学习照样登记入账。" in html
    assert 'stroke-dasharray="100' in html


def test_the_sentence_names_its_requirement_and_those_still_short(client, work_as):
    with work_as() as work:
        person = build.cadre(work, team="enterprise", tier="ent_middle", rank=None)
        work.session.add(TeamMembership(person_id=person.id, team="professional", tier="pro_senior", from_on=date(2020, 1, 1), to_on=None,
                                        is_primary=False, recorded_at=work.now))  # fmt: skip
        build.posted(work, person, "网上专题班", "72", date(2026, 5, 1), subject_kind="professional")
        build.posted(work, person, "集中培训", "96", date(2026, 6, 1), category="special_class", delivery="offline", off_post=True)
    client.sign_in("lixue")
    html = text_of(client.get("/"))
    assert "“网络自学”已达到要求" in html
    assert '“公需科目”还差 <b class="num nowrap">30 学时</b>；“个人选修”还差 <b class="num nowrap">18 学时</b>。' in html
    assert '<p class="note note-o">' in html


def professional(work: Any, **hours: str) -> Any:
    """A professional with so many hours of each subject: 30, 42 and 18 are asked for, 90 in all."""
    person = build.cadre(work, team="professional", tier="pro_senior", rank=None)
    for subject, amount in hours.items():
        build.posted(work, person, f"{subject} 班", amount, date(2026, 5, 1), subject_kind=subject)
    return person


def headline(client: Any) -> tuple[str, str]:
    """The sentence of the year without its marks, and its tone."""
    client.sign_in("lixue")
    found = re.search(r'<p class="note( note-\w)?"><svg.*?</svg><span>(.*?)</span></p>', text_of(client.get("/")))
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[2]), (found[1] or "").strip()


@pytest.mark.parametrize(
    ("hours", "sentence", "tone"),
    [
        (
            {"public": "12", "professional": "78"},
            "“继续教育”的总学时已达到，但各类学时尚未全部达到。“公需科目”还差 18 学时；“个人选修”还差 18 学时。",
            "note-o",
        ),
        ({"public": "30", "professional": "42", "elective": "18"}, "“继续教育”已达到要求，此后的学习照样登记入账。", "note-m"),
    ],
)
def test_a_full_total_is_not_called_reached_while_one_of_its_kinds_is_short(client, work_as, hours, sentence, tone):
    with work_as() as work:
        professional(work, **hours)
    assert headline(client) == (sentence, tone)


def test_with_nothing_met_the_sentence_names_the_ring_first_and_all_others(client, work_as):
    with work_as() as work:
        build.cadre(work)
    sentence, tone = headline(client)
    assert sentence.startswith("“网络自学”还差 50 学时，")
    assert sentence.endswith("“年度集中培训”还差 12 天或 90 学时。")
    assert "已达到" not in sentence
    assert tone == "note-o"


def test_with_the_ring_met_what_is_short_is_named(client, work_as):
    with work_as() as work:
        person = build.cadre(work)
        build.posted(work, person, "网上专题班", "50", date(2026, 5, 1))
    assert headline(client) == ("“网络自学”已达到要求，此后的学习照样登记入账。“年度集中培训”还差 12 天或 90 学时。", "note-o")


def test_with_all_met_nothing_is_named_short(client, work_as):
    with work_as() as work:
        person = build.cadre(work)
        build.posted(work, person, "网上专题班", "50", date(2026, 5, 1))
        build.posted(work, person, "集中培训", "90", date(2026, 6, 1), category="special_class", delivery="offline", off_post=True)
    assert headline(client) == ("“网络自学”已达到要求，此后的学习照样登记入账。", "note-m")


def test_home_needs_few_statements_whatever_the_history(client, work_as, college):
    with work_as() as work:
        person = busy(work)
    client.sign_in("lixue")
    client.get("/")
    with counted(college) as few:
        text_of(client.get("/"))
    with work_as() as work:
        for number in range(60):
            build.posted(work, person, f"讲座 {number}", "0.25", date(2026, 2, 1) + timedelta(days=number))
            build.begun(work, person, build.course(work, person)[1])
    with counted(college) as many:
        text_of(client.get("/"))
    assert len(many) == len(few) <= 10, "\n".join(few)


def test_home_carries_nothing_the_policy_forbids(client, work_as):
    with work_as() as work:
        busy(work)
    client.sign_in("lixue")
    for path in ("/", "/hours", "/hours/rules"):
        html = text_of(client.get(path))
        assert "style=" not in html
        assert "onclick=" not in html


def test_the_hours_are_explained_line_by_line(client, work_as):
    with work_as() as work:
        busy(work)
    client.sign_in("lixue")
    html = text_of(client.get("/hours"))
    assert "2026 年我的学时" in html
    assert '<b>42.5</b><span class="muted"> / 50 学时</span>' in html
    assert "还差 7.5 学时" in html
    assert "应急处突能力提升" in html
    assert "2026-01-04</span> · 网络课程 · 计入" in html
    assert '<a href="/hours/rules/demo@1">demo@1</a>' in html
    assert "另有 1 条记录不计入此项" in html
    assert "达到其中一项即可" in html
    assert "demo@1" in html


def test_the_hours_of_a_part_of_the_year_name_the_census_rule(client, work_as):
    with work_as() as work:
        build.cadre(work, since=date(2026, 7, 10))
    client.sign_in("lixue")
    html = text_of(client.get("/hours"))
    assert "本期 12 个月中有 6 个月适用（以每月 15 日为准），按比例要求。" in html
    assert '<b>0</b><span class="muted"> / 25 学时</span>' in html


@pytest.mark.parametrize(
    ("query", "status"), [("?year=2025", 200), ("?year=1999", 404), ("?year=abcd", 404), ("?year=99999", 404), ("?year=", 200)]
)
def test_only_years_with_rules_have_hours(client, work_as, query, status):
    with work_as() as work:
        build.cadre(work)
    client.sign_in("lixue")
    assert client.get(f"/hours{query}").status_code == status


@pytest.mark.parametrize("pin", sorted(rulebook.shelf()))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_set_can_be_read_in_words(client, work_as, pin, language):
    with work_as() as work:
        build.cadre(work)
    client.sign_in("lixue")
    html = text_of(client.get(f"/hours/rules/{pin}?lang={language}"))
    assert rulebook.shelf()[pin].hash in html
    assert ("认定规则" if language == "zh" else "Rules of hours") in html


def test_goals_classes_days_and_merit_are_said_in_sentences(client, work_as):
    with work_as() as work:
        build.cadre(work)
    client.sign_in("lixue")
    html = text_of(client.get("/hours/rules/seed-2006@1"))
    for words in (
        "一年内参训：约占全体人员的 20%",
        "参加继续教育的比例：不低于 90%",
        "中级职称、高级职称",
        "1.5%–2.5%",
        "逐年提高",
        "局级轮训班：每年 3 期，120 人，周期内共 600 人",
        "报送年度培训总结：12-11 至 12-20",
        "因个人原因未完成：不得参加评优",
        "学院系统目前尚未据以执行",
    ):
        assert words in html, words
    assert "请假超过 1/7" in text_of(client.get("/hours/rules/demo@1"))


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        ("nj-legacy@1", "论文、调研报告且国家级：不论长短，计 48 学时"),
        ("nj-legacy@1", "组织调训且高等院校：每次最多计 24 学时"),
        ("seed-2006@1", "施行期 "),
    ],
)
def test_the_page_of_a_rule_set_says_its_codes_in_words(client, work_as, pin, said):
    with work_as() as work:
        build.cadre(work)
    client.sign_in("lixue")
    assert said in text_of(client.get(f"/hours/rules/{pin}"))


def test_the_rules_in_force_name_the_tiers(client, work_as):
    with work_as() as work:
        build.cadre(work)
    client.sign_in("lixue")
    html = text_of(client.get("/hours/rules"))
    for words in (
        "30 分钟及以上：1 学时",
        "超过 15 分钟：0.5 学时",
        "更短的：0.25 学时",
        "一讲看满 90% 为学完",
        "最高 1.5 倍",
        "12 天或 90 学时",
    ):
        assert words in html
    assert client.get("/hours/rules/nobody@1").status_code == 404


def test_nobody_sees_hours_without_signing_in(client):
    for path in ("/", "/hours", "/hours/rules"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in")


def test_home_in_english_has_no_chinese_words_of_ours(client, work_as):
    with work_as() as work:
        build.cadre(work, name="Li Xue")
    client.sign_in("lixue")
    html = text_of(client.get("/?lang=en"))
    assert "Good morning, Li Xue" in html
    assert "“Network study”: still <b" in html
    assert "还差" not in html


def ahead_of(client: Any) -> str:
    """The list of what comes next, without its marks."""
    client.sign_in("lixue")
    return re.sub(r"<[^>]+>", "", text_of(client.get("/")).partition('id="next"')[2].partition("</ul>")[0])


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ({"public": "12", "professional": "78"}, "公需科目还差 18 学时；个人选修还差 18 学时"),
        ({"public": "12", "professional": "60", "elective": "10"}, "公需科目还差 18 学时；个人选修还差 8 学时"),
        ({"public": "30", "professional": "42", "elective": "10"}, "个人选修还差 8 学时"),
    ],
)
def test_what_comes_next_names_exactly_what_each_kind_lacks(client, work_as, hours, said):
    """The total alone may lack less than its kinds lack together, or nothing at all."""
    with work_as() as work:
        professional(work, **hours)
    assert said in ahead_of(client)


def test_a_total_is_named_where_it_asks_for_more_than_its_kinds(client, work_as):
    with work_as() as work:
        person = build.cadre(work, team="professional", tier="pro_senior", rank=None, since=date(2026, 7, 10))
        work.session.flush()
        assert [row.required for row in queries.my_year(work, person.id, 2026).evaluation.verdict("CPE").figures] == [15, 21, 9, 45]
    assert "公需科目还差 15 学时；专业科目还差 21 学时；个人选修还差 9 学时" in ahead_of(client)


def plan_of(client: Any) -> str:
    client.sign_in("lixue")
    return text_of(client.get("/hours")).partition('id="closing"')[2].partition("</section>")[0]


def test_the_page_offers_the_courses_of_ones_own_menu_that_are_not_credited(client, work_as):
    with work_as() as work:
        person = build.cadre(work)
        course, known, _ = build.course(work, person, "1", title="学过的课")
        build.begun(work, person, known, completed_at=work.now)
        build.posted(work, person, "学过的课", "1", date(2026, 5, 4), activity_key=f"course:{course.uid}@1:2023-2027")
        others = {"给局级的课": {"levels": ["bureau"]}, "给企业的课": {"teams": ["enterprise"]}, "给我的课": {"levels": ["section_below"]}}
        for title, audience in others.items():
            made = build.course(work, person, "2", title=title)[0]
            for name, values in audience.items():
                setattr(made, name, values)
        build.course(work, person, None, title="没有学时的课")
        build.course(work, person, "3", title="还没发布的课", state="draft")
    html = plan_of(client)
    assert re.findall(r'<a class="b" href="/courses/[^"]+">(.*?)</a>', html) == ["给我的课"]
    assert "这 1 门课程共 2 学时。“网络自学”仍差 47 学时。" in html
    assert "“年度集中培训”不能用网络课程补足" in html


def test_a_closed_year_offers_nothing_and_says_where_it_ended(client, work_as):
    with work_as() as work:
        person = build.cadre(work)
        build.course(work, person, "2", title="给我的课")
        build.posted(work, person, "去年的课", "30", date(2025, 5, 1))
    client.sign_in("lixue")
    html = text_of(client.get("/hours?year=2025"))
    assert 'id="closing"' not in html
    assert '<b>30</b><span class="muted"> / 50 学时</span>' in html
