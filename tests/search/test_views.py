"""The page of search: what it shows, to whom, with how many statements; the field in the head of every page."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from app.media.models import Asset
from app.search import service
from tests import make
from tests.learning.build import cadre
from tests.search.test_service import VTT

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def signed_in(client: Any, work_as: Any, college: Any) -> Any:
    """A cadre at a college with nine courses of one lecture, each with its transcript."""
    with work_as() as work:
        cadre(work)
        owner = make.person(work, "王讲")
        for number in range(9):
            _course, version, lectures = make.course(work, owner, (120_000,), title=f"调研方法 {number}<b>")
            version.title_en = f"Field research {number}"
            lectures[0].title = f"走进调研现场 {number}"
            work.session.get_one(Asset, lectures[0].asset_id).captions_vtt = VTT
    service.rebuild(college)
    client.sign_in("lixue")
    return client


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return str(answer.get_data(as_text=True))


def test_the_houses_stand_under_each_other_and_lead_to_their_pages(signed_in: Any) -> None:
    html = text_of(signed_in.get("/search?q=调"))
    assert html.index('id="in-courses"') < html.index('id="in-lectures"') < html.index('id="in-transcripts"')
    assert html.count("<li>\n") == 18
    assert "讲座第 0:02 处提到" in html
    assert "#t=2.0" in html
    assert "<mark>调</mark>研方法 8&lt;b&gt;" in html
    for house, more in (("courses", "更多课程"), ("lectures", "更多讲座"), ("transcripts", "更多出处")):
        assert f'in={house}">{more}' in html


def test_one_house_has_pages(signed_in: Any) -> None:
    html = text_of(signed_in.get("/search?q=调研&in=courses"))
    assert html.count("<li>\n") == 9
    assert 'id="in-lectures"' not in html
    assert text_of(signed_in.get("/search?q=调&in=elsewhere")).count("<li>\n") == 18


def test_the_page_tells_what_to_do_when_there_is_nothing(signed_in: Any) -> None:
    assert "输入多个词时" in text_of(signed_in.get("/search"))
    assert "没有已发布的内容同时包含这些词" in text_of(signed_in.get("/search?q=不存在的词"))
    assert "请至少输入一个" in text_of(signed_in.get("/search?q=，。"))
    assert "只按前 100 个字搜索" in text_of(signed_in.get("/search?q=" + "调" * 101))


def test_an_english_reader_finds_english_titles(signed_in: Any) -> None:
    html = text_of(signed_in.get("/search?q=field&lang=en"))
    assert "<mark>Field</mark> research 8" in html
    assert "said at" in text_of(signed_in.get("/search?q=学时&lang=en"))


def test_a_made_up_page_is_refused(signed_in: Any) -> None:
    assert signed_in.get("/search?q=调研&in=courses&page=xx").status_code == 422


def test_ten_statements_are_enough(signed_in: Any, college: Any) -> None:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "ROLLBACK", "COMMIT", "PRAGMA")):
            seen.append(statement)

    event.listen(college.engine, "before_cursor_execute", note)
    text_of(signed_in.get("/search?q=调"))
    event.remove(college.engine, "before_cursor_execute", note)
    assert len(seen) <= 10, "\n".join(seen)


def test_the_head_has_the_field_for_who_is_signed_in(signed_in: Any, app: Any) -> None:
    assert 'id="q"' in text_of(signed_in.get("/courses"))
    assert 'id="q"' not in text_of(signed_in.get("/search"))
    assert 'id="q"' not in text_of(app.test_client().get("/sign-in"))
    assert app.test_client().get("/search?q=调").status_code == 303


def test_the_command_makes_the_index_and_says_so(signed_in: Any, app: Any) -> None:
    done = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert done.exit_code == 0, done.output
    assert "OK 9 courses, 27 documents" in done.output
    assert "9 courses, 27 documents\n" in done.stderr
