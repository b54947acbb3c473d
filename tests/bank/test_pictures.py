"""Pictures of stems: made anew, seen by whoever may see the question, and by nobody else (THR-T16, INV-I18)."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageDraw, PngImagePlugin

from app.bank import service
from app.bank.queries import lists
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import Picture, QuestionDraft
from app.bank.rules.formats import moodle, qti_out
from app.bank.service import Faulty
from app.bank.service.pictures import FRAME, MOST_BYTES, place
from app.bank.service.refusals import PictureNotAccepted, PictureTooLarge
from app.exams import service as exams
from app.kernel.work import Actor, College
from app.people.models import Person
from tests import make
from tests.bank import build
from tests.bank.build import WorkAs
from tests.bank.test_views import SINGLE, _enter, _post
from tests.exams import build as sitting
from tests.exams import papers

SECRET = "taken at home"


def chart(size: tuple[int, int] = (320, 200), form: str = "PNG", colour: str = "navy") -> bytes:
    """A drawing with something hidden beside what it shows."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((20, 40, size[0] // 2, size[1] - 20), fill=colour)
    kept, info, exif = io.BytesIO(), PngImagePlugin.PngInfo(), Image.Exif()
    info.add_text("Comment", SECRET)
    exif[0x010E] = SECRET
    picture.save(kept, form, **({"pnginfo": info} if form == "PNG" else {"exif": exif}))
    return kept.getvalue()


def bring(college: College, work_as: WorkAs, actor: Actor, content: bytes | None = None) -> str:
    """A picture that this author brought in."""
    kept = service.receive(college.settings, content or chart())
    with work_as(actor) as work:
        service.note_pictures(work, [kept])
    return kept.sha256


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_made_anew_and_only_what_it_shows_is_kept(college: College, form: str) -> None:
    sent = chart(form=form)
    assert SECRET.encode() in sent
    kept = service.receive(college.settings, sent)
    content = place(college.settings, kept.sha256).read_bytes()
    assert SECRET.encode() not in content and hashlib.sha256(content).hexdigest() == kept.sha256
    assert (kept.width, kept.height) == Image.open(io.BytesIO(content)).size == (320, 200)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_what_the_bank_made_keeps_its_name_when_it_comes_back(college: College, form: str) -> None:
    kept = service.receive(college.settings, chart(form=form))
    assert service.receive(college.settings, place(college.settings, kept.sha256).read_bytes()) == kept


def test_a_large_picture_is_shown_smaller(college: College) -> None:
    kept = service.receive(college.settings, chart((4000, 1000)))
    assert (kept.width, kept.height) == (FRAME[0], 400)


@pytest.mark.parametrize("content", [
    b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"%PDF-1.7 %%EOF", b"GIF89a", b"", b"\x89PNG\r\n\x1a\n torn",
    chart()[:200], b"MZ" + chart(),
])  # fmt: skip
def test_what_is_no_picture_is_refused(college: College, content: bytes) -> None:
    with pytest.raises(PictureNotAccepted):
        service.receive(college.settings, content)


def test_a_flood_of_pixels_and_a_flood_of_bytes_are_refused(college: College) -> None:
    kept = io.BytesIO()
    Image.new("1", (20_000, 5_000)).save(kept, "PNG")
    assert len(kept.getvalue()) < 50_000
    for content in (kept.getvalue(), chart() + b"\0" * MOST_BYTES):
        with pytest.raises(PictureTooLarge):
            service.receive(college.settings, content)


def test_a_question_names_only_pictures_of_the_bank_and_says_what_they_show(college: College, work_as: WorkAs) -> None:
    author = build.author(work_as)
    sha = bring(college, work_as, author)
    for picture, code in ((Picture("0" * 64, "图"), "picture_unknown"), (Picture(sha, "  "), "alt_needed")):
        with pytest.raises(Faulty) as refused, work_as(author) as work:
            service.add(work, replace(build.single(), picture=picture))
        assert [one.code for one in refused.value.found] == [code]
    uid = build.add(work_as, author, replace(build.single(), picture=Picture(sha, " 图 ")))
    with work_as(author, write=False) as work:
        assert lists.whole(work, uid).draft.picture == Picture(sha, "图")


def test_a_picture_is_uploaded_shown_kept_and_taken_out_in_the_editor(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    without = _post(client, "/studio/bank/new?kind=single", **SINGLE, picture=(io.BytesIO(chart()), "x.exe"))
    page = without.get_data(as_text=True)
    assert without.status_code == 422 and 'id="alt-err"' in page and 'src="/questions/pictures/' in page
    sha = page.split("/questions/pictures/")[1][:64]
    shown = client.get(f"/questions/pictures/{sha}")
    assert shown.status_code == 200 and shown.mimetype == "image/png"
    saved = _post(client, "/studio/bank/new?kind=single", **SINGLE, picture_now=sha, alt="两根柱子")
    assert saved.status_code == 303
    assert f'src="/questions/pictures/{sha}" alt="两根柱子"' in client.get(saved.location).get_data(as_text=True)
    assert _post(client, f"{saved.location}/edit", **SINGLE, picture_now=sha, alt="两根柱子", picture_gone="y").status_code == 303
    assert sha not in client.get(saved.location).get_data(as_text=True)
    assert sha in client.get(f"{saved.location}?version=1").get_data(as_text=True)


def test_a_file_that_is_no_picture_stands_beside_its_field(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    answer = _post(client, "/studio/bank/new?kind=single", **SINGLE, picture=(io.BytesIO(b"<svg/>"), "x.png"), alt="图")
    assert answer.status_code == 422 and 'id="picture-err"' in answer.get_data(as_text=True)


def test_everything_that_is_wrong_with_a_question_is_said_at_once_and_stays(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    wrong = {
        "stem": "",
        "right": "",
        "topic": "长" * 61,
        "points": "两分",
        "course": "NO-SUCH",
        "lecture": "1",
        "at": "0:1",
        "source": "某书",
    }
    answer = _post(client, "/studio/bank/new?kind=single", **{**SINGLE, **wrong}, picture=(io.BytesIO(b"<svg/>"), "x.png"))
    page = answer.get_data(as_text=True)
    told = set(re.findall(r'<a href="#([\w-]+)">', page[page.index('id="errors-h"') : page.index("</ul>", page.index('id="errors-h"'))]))
    assert answer.status_code == 422
    assert told == {"stem", "right", "topic", "points", "course", "at", "picture", "alt"}
    assert all(f'value="{typed}"' in page for typed in ("长" * 61, "两分", "NO-SUCH", "某书", "甲"))
    assert page.count("<li><a") == 8, "each once"


def test_points_that_cannot_be_read_are_the_only_fault_of_a_rubric_that_fits(client: FlaskClient, work_as: WorkAs) -> None:
    _enter(client, work_as, "instructor")
    short = {**SINGLE, "points": "两分", "rubric": "说明原因：1\n举例：1", "longest": "300"}
    page = _post(client, "/studio/bank/new?kind=short", **short).get_data(as_text=True)
    assert 'id="points-err"' in page and 'id="rubric-err"' not in page


def _pictured(college: College, work_as: WorkAs) -> tuple[str, Actor, UUID]:
    """A picture in an approved question, its author, and an open examination that asks it."""
    author, reviewer = build.author(work_as), build.reviewer(work_as)
    sha = bring(college, work_as, author)
    uid = build.handed_in(work_as, author, replace(build.single(), picture=Picture(sha, "图"), topic="图表"))
    with work_as(reviewer) as work:
        service.move(work, uid, "approved")
    return sha, author, papers.opened(work_as, papers.rows(1, topic="图表"), max_attempts=1).uid


def _person(work_as: WorkAs, actor: Actor) -> Person:
    with work_as(write=False) as work:
        return work.session.get_one(Person, actor.person_id)


def test_a_candidate_sees_the_picture_of_his_own_paper_and_of_no_other(client: FlaskClient, college: College, work_as: WorkAs) -> None:
    sha, _author, exam = _pictured(college, work_as)
    address, lee = f"/questions/pictures/{sha}", papers.candidate(work_as)
    sitting.sign_in(client, work_as, _person(work_as, lee))
    assert client.get(address).status_code == 404
    with work_as(lee) as work:
        attempt, _new = exams.start(work, exam)
    answer = client.get(address)
    assert answer.status_code == 200 and answer.data.startswith(b"\x89PNG")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert not {"ETag", "Last-Modified"} & set(answer.headers.keys()) and answer.headers["X-Content-Type-Options"] == "nosniff"
    with work_as(lee) as work:
        exams.submit(work, attempt.attempt)
    assert client.get(address).status_code == 200, "released at once"
    sitting.sign_in(client, work_as, _person(work_as, papers.candidate(work_as, "陈邻", 2)))
    missing, never = client.get(address), client.get(f"/questions/pictures/{'0' * 64}")
    assert missing.status_code == never.status_code == 404 and len(missing.data) == len(never.data)


def test_a_paper_that_is_not_released_shows_its_pictures_no_more(client: FlaskClient, college: College, work_as: WorkAs) -> None:
    from app.exams.models import Exam
    from app.exams.rules.timing import ReleasePolicy

    sha, _author, exam = _pictured(college, work_as)
    with work_as() as work:
        work.session.query(Exam).filter_by(uid=exam).one().release_policy = ReleasePolicy.SCORE_ONLY
    lee = papers.candidate(work_as)
    sitting.sign_in(client, work_as, _person(work_as, lee))
    with work_as(lee) as work:
        attempt, _new = exams.start(work, exam)
        assert client.get(f"/questions/pictures/{sha}").status_code == 404, "not before it is his"
    assert client.get(f"/questions/pictures/{sha}").status_code == 200
    with work_as(lee) as work:
        exams.submit(work, attempt.attempt)
    assert client.get(f"/questions/pictures/{sha}").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("reviewer", 200), ("personnel", 200), ("instructor", 200), ("unit_admin", 404), (None, 404)])
def test_whoever_may_see_the_question_may_see_its_picture(
    client: FlaskClient, college: College, work_as: WorkAs, role: str | None, status: int
) -> None:
    sha, _author, _exam = _pictured(college, work_as)
    with work_as() as work:
        person = make.person(work, "周看")
        if role:
            make.grant(work, person, role)
    sitting.sign_in(client, work_as, person, "周看")
    assert client.get(f"/questions/pictures/{sha}").status_code == status


@pytest.mark.parametrize("name", ["", "x" * 64, "../../secret.key", "A" * 64, "0" * 63])
def test_no_name_leads_out_of_the_store(client: FlaskClient, work_as: WorkAs, name: str) -> None:
    _enter(client, work_as, "instructor")
    assert client.get(f"/questions/pictures/{name}").status_code == 404


def test_pictures_of_a_file_are_made_anew_and_broken_ones_are_told(college: College, work_as: WorkAs) -> None:
    author = build.author(work_as)
    sent, torn = chart(colour="teal"), b"\x89PNG\r\n\x1a\n torn"
    names = [hashlib.sha256(one).hexdigest() for one in (sent, torn)]
    drafts = [replace(build.single(at), picture=Picture(name, "图")) for at, name in enumerate(names)]
    content = moodle.write(drafts, dict(zip(names, (sent, torn), strict=True))).content
    uid = service.examine(college, author, content)
    with work_as(author, write=False) as work:
        kept = lists.own_import(work, uid)
        good, bad = (lists.import_rows(work, kept.id, bad=which) for which in (False, True))
    assert [one.draft["picture"][1] for one in good if one.draft] == ["图"]
    assert [finding[2] for one in bad for finding in one.findings] == ["picture_not_taken"]
    with work_as(author) as work:
        assert service.carry_out(work, uid) == 1
        made = lists.drafts(work, lists.Wanted(), 10)[0].picture
    assert made is not None and made.sha256 not in names
    assert SECRET.encode() not in place(college.settings, made.sha256).read_bytes()


def test_pictures_of_a_workbook_are_said_to_be_left_out(college: College, work_as: WorkAs) -> None:
    from openpyxl import Workbook
    from openpyxl.drawing.image import Image as Drawing

    book = Workbook()
    book.active.append(["题干", "选项A", "选项B", "答案"])
    book.active.append(["谁先发言？", "甲", "乙", "A"])
    book.active.add_image(Drawing(io.BytesIO(chart())), "F2")
    kept = io.BytesIO()
    book.save(kept)
    author = build.author(work_as)
    uid = service.examine(college, author, kept.getvalue())
    with work_as(author, write=False) as work:
        rows = lists.import_rows(work, lists.own_import(work, uid).id, bad=False)
    assert [finding[2] for one in rows for finding in one.findings] == ["pictures_in_workbook"]


TAKEN = "a" * 64


def test_a_picture_that_a_file_only_names_has_to_be_in_the_bank(college: College, work_as: WorkAs) -> None:
    actor = build.author(work_as)
    text = f"1、图中是什么？\n图片：{TAKEN} 一张图\nA、甲\nB、乙\n答案：A\n2、一份材料\n"
    uid = service.examine(college, actor, text.encode(), wanted="text")
    with work_as(actor) as work:
        rows = lists.import_rows(work, lists.own_import(work, uid).id, bad=True)
        assert [one[2] for one in rows[0].findings] == ["picture_unknown"]


def test_pictures_of_the_parts_of_a_case_are_made_anew_as_well(college: College, work_as: WorkAs) -> None:
    actor, name = build.author(work_as), hashlib.sha256(chart()).hexdigest()
    part = QuestionDraft.judge("图中是直线。", is_true=True, picture=Picture(name, "一条线"))
    case = QuestionDraft(Kind.CASE, "看图回答", parts=(part, QuestionDraft.judge("没有图。", is_true=False)))
    made = qti_out.write([case], {name: chart()})
    uid = service.examine(college, actor, made.content)
    with work_as(actor) as work:
        assert service.carry_out(work, uid) == 1
        found = service.told(work, lists.drafts(work, lists.Wanted(), 5))[0]
        assert found.parts[0].picture is not None and service.picture(college.settings, found.parts[0].picture.sha256) is not None
        assert made.lost == [] and found.parts[1].picture is None
