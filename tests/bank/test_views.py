"""Pages of the bank: written, corrected, passed, brought in and out; nothing of it for whoever only sits."""

from __future__ import annotations

import io
import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.bank import service
from app.bank.rules.formats import examples
from app.people.models import Person
from content import charts
from tests import make
from tests.bank import build
from tests.bank.build import WorkAs
from tests.exams.build import sign_in


def _enter(client: FlaskClient, work_as: WorkAs, role: str | None, name: str = "王讲") -> Person:
    with work_as() as work:
        person = make.person(work, name)
        if role:
            make.grant(work, person, role)
    sign_in(client, work_as, person, name)
    return person


def _post(client: FlaskClient, url: str, content_type: str | None = None, **fields: object):  # type: ignore[no-untyped-def]
    page = client.get("/studio/bank").get_data(as_text=True)
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    return client.post(url, data={"csrf_token": found[1] if found else "", **fields}, content_type=content_type)


SINGLE = {"stem": "谁先发言？", "option_a": "甲", "option_b": "乙", "right": "b", "points": "2", "difficulty": "4", "topic": "会议",
          "explanation": build.WHY, "partial": "none", "each_blank": "share"}  # fmt: skip


def test_a_question_is_written_shown_and_handed_in(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    answer = _post(client, "/studio/bank/new?kind=single", **SINGLE)
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert "谁先发言？" in page and build.WHY in page
    assert _post(client, f"{answer.location}/move", to="in_review").status_code == 303
    assert "谁先发言？" in client.get("/studio/bank?state=in_review&kind=single&difficulty=4&topic=会议&q=发言").get_data(as_text=True)


@pytest.mark.parametrize("kind", ["single", "multiple", "judge", "blank", "short", "case"])
def test_every_kind_has_an_editor_that_names_what_is_missing(client: FlaskClient, work_as: WorkAs, kind: str) -> None:
    _enter(client, work_as, "instructor")
    assert client.get(f"/studio/bank/new?kind={kind}").status_code == 200
    answer = _post(client, f"/studio/bank/new?kind={kind}", points="2", difficulty="3", partial="none", each_blank="share")
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("number", range(len(examples.DRAFTS)))
def test_what_the_editor_shows_is_what_it_keeps(client: FlaskClient, work_as: WorkAs, number: int) -> None:
    """Saving without a change makes no version, for every kind of question."""
    person = _enter(client, work_as, "instructor")
    uid = build.add(work_as, make.actor(person, "bank.author"), examples.DRAFTS[number])
    page = client.get(f"/studio/bank/questions/{uid}/edit").get_data(as_text=True)
    form = page[page.index("data-live") :]
    assert _post(client, f"/studio/bank/questions/{uid}/edit", **_filled(form)).status_code == 303
    assert client.get(f"/studio/bank/questions/{uid}?version=2").status_code == 404


CASE = {
    "stem": "某街道拟改造旧楼。", "difficulty": "3", "topic": "群众工作",
    "parts-0-kind": "multiple", "parts-0-stem": "先做什么？", "parts-0-option_a": "张榜", "parts-0-option_b": "入户",
    "parts-0-option_c": "开工",
    "parts-0-right": ["a", "b"], "parts-0-points": "3", "parts-0-partial": "half", "parts-0-explanation": build.WHY,
    "parts-1-kind": "blank", "parts-1-stem": "公示____日。", "parts-1-blanks": "7|七", "parts-1-points": "2",
}  # fmt: skip


def test_a_case_is_written_part_by_part(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    empty = client.get("/studio/bank/new?kind=case").get_data(as_text=True)
    assert 'name="parts-0-stem"' in empty and 'name="parts-1-stem"' not in empty
    answer = _post(client, "/studio/bank/new?kind=case", **CASE)
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert all(word in page for word in ("先做什么？", "张榜", "公示____日。", "七", build.WHY)) and "5 分" in page


def test_parts_are_added_moved_and_taken_out_by_buttons_alone_and_nothing_typed_is_lost(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    url = "/studio/bank/new?kind=case"
    typed = {**CASE, "parts-1-points": "两分"}
    page = _post(client, url, do="down-1", **typed)
    sent = _filled(page.get_data(as_text=True))
    assert page.status_code == 200
    assert [sent[f"parts-{at}-stem"] for at in (0, 1)] == ["公示____日。", "先做什么？"] and sent["parts-0-points"] == "两分"
    assert sent["parts-1-right"] == ["a", "b"] and sent["parts-1-partial"] == "half"
    sent = _filled(_post(client, url, do="add", **sent).get_data(as_text=True))
    assert sent["parts-2-stem"] == "" and sent["parts-1-stem"] == "先做什么？"
    sent = _filled(_post(client, url, do="out-1", **sent).get_data(as_text=True))
    assert sent["parts-0-stem"] == "先做什么？" and sent["parts-1-stem"] == "" and "parts-2-stem" not in sent
    assert client.get("/studio/bank?kind=case&mine=1").get_data(as_text=True).count('class="who"') == 0


def test_a_fault_of_a_part_names_part_and_field(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    answer = _post(client, "/studio/bank/new?kind=case", **{**CASE, "parts-0-right": "a", "parts-1-points": "两分", "parts-1-stem": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert '<a href="#parts-1-points">第（2）小题' in page and 'value="两分"' in page
    answer = _post(client, "/studio/bank/new?kind=case", **{**CASE, "parts-0-right": "a", "parts-1-stem": ""})
    page = answer.get_data(as_text=True)
    assert '<a href="#parts-0-right">第（1）小题，正确选项：' in page and '<a href="#parts-1-stem">第（2）小题，' in page
    assert 'aria-invalid="true"' in page[page.index('id="part-2"') :] and "入户" in page


def test_a_part_may_have_a_picture_of_its_own(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    picture = {"parts-1-picture": (io.BytesIO(charts.bars({"甲": 3, "乙": 5}, 5)), "图.png")}
    page = _post(client, "/studio/bank/new?kind=case", do="add", **CASE, **picture)
    sent = re.search(r'name="parts-1-picture_now"[^>]*value="([0-9a-f]{64})"', page.get_data(as_text=True))
    assert sent is not None
    kept = {"parts-1-picture_now": sent[1], "parts-1-alt": "柱形图"}
    answer = _post(client, "/studio/bank/new?kind=case", **CASE, **kept)
    assert f"/questions/pictures/{sent[1]}" in client.get(answer.location).get_data(as_text=True)
    answer = _post(client, "/studio/bank/new?kind=case", **CASE, **{**kept, "parts-1-picture_now": "0" * 64})
    assert '<a href="#parts-1-picture">第（2）小题' in answer.get_data(as_text=True)


def _filled(form: str) -> dict[str, object]:
    """What a browser would send of this form."""
    import html as entities

    found: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if name and (kind is None or kind[1] not in ("checkbox", "radio", "hidden") or " checked" in tag):
            held = entities.unescape(value[1]) if value else "y"
            found[name[1]] = [*(found.get(name[1]) or []), held] if name[1].endswith("right") else held  # type: ignore[misc]
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = entities.unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_a_file_with_mistakes_is_corrected_in_the_page_and_brought_in(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    upload = (io.BytesIO("题型,题干,选项A,选项B,答案\n单选题,一,甲,乙,A\n单选题,二,甲,乙,C\n".encode()), "题.csv")
    answer = _post(client, "/studio/bank/imports", file=upload, format="auto")
    assert answer.status_code == 303
    here = answer.location
    page = client.get(here).get_data(as_text=True)
    row = re.search(r"/rows/(\d+)\"", page)
    assert row is not None
    assert client.get(f"{here}/rows/{row[1]}").status_code == 200
    fixed = {**SINGLE, "stem": "二"}
    assert _post(client, f"{here}/rows/{row[1]}?kind=single", **fixed).status_code == 303
    assert _post(client, f"{here}/carry-out").status_code == 303
    assert client.get(f"/studio/bank?import={here.rsplit('/', 1)[-1]}").get_data(as_text=True).count('class="who"') == 2
    assert _post(client, f"{here}/undo").status_code == 303


def test_the_others_are_put_right_after_the_good_ones_were_brought_in_under_one_number(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    text = "1、一？\nA、甲\nB、乙\n答案：A\n\n2、二？\nA、甲\nB、乙\n"
    here = _post(client, "/studio/bank/imports/paste", text=text).location
    assert _post(client, f"{here}/carry-out").status_code == 303
    page = client.get(here).get_data(as_text=True)
    row = re.search(r"/rows/(\d+)\"", page)
    assert row is not None and row[1] == "2", "the second question, on line 6"
    assert 'data-label="行">6</td>' in page and "可以写成：答案：A" in page
    assert "修改第 6 行的试题" in client.get(f"{here}/rows/2").get_data(as_text=True)
    assert _post(client, f"{here}/rows/2?kind=single", **{**SINGLE, "stem": "二"}).status_code == 303
    assert "导入后来改好的 1 道" in client.get(here).get_data(as_text=True)
    assert _post(client, f"{here}/carry-out").status_code == 303
    assert "导入后来改好的" not in client.get(here).get_data(as_text=True)
    assert client.get(f"/studio/bank?import={here.rsplit('/', 1)[-1]}").get_data(as_text=True).count('class="who"') == 2


def test_a_file_that_cannot_be_read_is_answered_with_a_sentence(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><quiz>&b;</quiz>'
    answer = _post(client, "/studio/bank/imports", file=(io.BytesIO(bomb), "a.xml"), format="auto")
    assert answer.status_code == 422 and "实体" in answer.get_data(as_text=True)


def test_pasted_text_is_recognised_while_it_is_pasted(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    answer = _post(client, "/studio/bank/imports/recognise", text="1、地球是圆的。（√）\n2、没有答案\nA、一\nB、二")
    assert "识别出 2 道题，其中 1 道完整" in answer.get_data(as_text=True)


@pytest.mark.parametrize("form", ["excel", "gift", "moodle", "qti"])
def test_the_list_is_exported_and_what_is_left_out_is_said(client: FlaskClient, work_as: WorkAs, form: str) -> None:
    person = _enter(client, work_as, "instructor")
    for draft in examples.DRAFTS:
        build.add(work_as, make.actor(person, "bank.author"), draft)
    assert client.get(f"/studio/bank/export?format={form}").status_code == 200
    file = client.get(f"/studio/bank/export/file?format={form}")
    assert file.status_code == 200 and "attachment" in file.headers["Content-Disposition"]
    assert file.headers["Content-Type"].count("charset") == (form in ("gift", "moodle"))


def test_a_reviewer_passes_what_others_handed_in(client: FlaskClient, work_as: WorkAs) -> None:
    uid = build.handed_in(work_as, build.author(work_as, "李出"))
    _enter(client, work_as, "reviewer", "赵审")
    assert client.get(f"/studio/bank/questions/{uid}").status_code == 200
    assert _post(client, f"/studio/bank/questions/{uid}/move", to="draft").status_code == 422
    assert _post(client, f"/studio/bank/questions/{uid}/move", to="approved", version="1").status_code == 303


@pytest.mark.parametrize(
    "path",
    ["/studio/bank", "/studio/bank/new", "/studio/bank/export", "/studio/bank/export/file", "/studio/bank/imports",
     "/api/v1/bank/questions", "/api/v1/bank/export", "/studio/bank/questions/{uid}", "/api/v1/bank/questions/{uid}"],
)  # fmt: skip
def test_no_key_reaches_anyone_who_only_sits(client: FlaskClient, work_as: WorkAs, path: str) -> None:
    """INV-I18: what is refused says nothing either."""
    uid = build.handed_in(work_as, build.author(work_as, "李出"), build.single(1))
    _enter(client, work_as, None, "张学")
    answer = client.get(path.format(uid=uid))
    assert answer.status_code in (403, 404) and build.WHY not in answer.get_data(as_text=True)


@pytest.mark.parametrize("where", ["/studio/bank/imports", "/studio/bank/new?kind=single"])
def test_words_where_a_file_belongs_are_no_file(client: FlaskClient, work_as: WorkAs, where: str) -> None:
    _enter(client, work_as, "instructor")
    answer = _post(client, where, file="=1", picture="x", format="auto")
    assert answer.status_code == 422


def test_a_refused_question_is_still_shown_as_a_candidate_sees_it(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    answer = _post(client, "/studio/bank/new?kind=single", **{name: text for name, text in SINGLE.items() if name != "right"})
    assert answer.status_code == 422 and '<p class="q-stem pre">谁先发言？</p>' in answer.text


def test_whoever_reviews_sees_what_an_incomplete_answer_earns_and_how_strict_a_blank_is(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    several = SINGLE | {"right": ["a", "b"], "partial": "half"}
    assert "没有错选则得一半分" in client.get(_post(client, "/studio/bank/new?kind=multiple", **several).location).text
    blank = SINGLE | {"stem": "首都是____。", "blanks": "【区分大小写】Beijing", "each_blank": "none"}
    page = client.get(_post(client, "/studio/bank/new?kind=blank", **blank).location).text
    assert "区分大小写" in page and "区分全角" not in page and "全对才得分" in page


def test_why_a_question_was_given_back_stands_above_it(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    where = _post(client, "/studio/bank/new?kind=single", **SINGLE).location
    _post(client, f"{where}/move", to="in_review")
    with work_as(build.reviewer(work_as)) as work:
        service.move(work, UUID(where.rsplit("/", 1)[1]), "draft", "请写明场合。")
    assert "赵审退回：请写明场合。" in client.get(where).text
    _post(client, f"{where}/move", to="in_review")
    assert "退回：" not in client.get(where).text


def test_what_has_no_good_row_speaks_of_no_good_ones(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    pasted = [
        _post(client, "/studio/bank/imports/paste", text=text).location
        for text in ("1、题？\nA、甲\nB、乙", "1、题？\nA、甲\nB、乙\n2、话。（√）")
    ]
    assert ["只导入正确的题" in client.get(one).text for one in pasted] == [False, True]
    assert 'data-most="50331648"' in client.get("/studio/bank/imports").text


def test_as_much_text_as_an_import_takes_can_be_pasted(client: FlaskClient, work_as: WorkAs) -> None:
    """In a form of words a Chinese sign is nine bytes; the page sends its text as it is."""
    _enter(client, work_as, "instructor")
    page = client.get("/studio/bank/imports").text
    assert re.search(r'class="form paste-grid" method="post" enctype="multipart/form-data"', page)
    text = "".join(f"{at}、{'题' * 120}。（√）\n" for at in range(1, 1150))
    for url in ("/studio/bank/imports/paste", "/studio/bank/imports/recognise"):
        assert _post(client, url, text=text, content_type="multipart/form-data").status_code in (200, 303)
    refused = _post(client, "/studio/bank/imports/paste", text="x" * 200_001, content_type="multipart/form-data")
    assert refused.status_code == 422 and "x" * 200_001 in refused.text
