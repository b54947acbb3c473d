"""The index is what is published, on both engines; nothing a reader types is a query language."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, func, select

from app.catalogue import service as catalogue
from app.catalogue.actions import Action
from app.kernel.errors import Invalid
from app.media import service as media
from app.media.models import Asset
from app.search import service
from app.search.models import House, SearchDocument
from app.search.queries import Found, Hit, search
from tests import make

VTT = """WEBVTT

1
00:00:02.000 --> 00:00:06.000
各位学员，今天讲调查研

2
00:00:06.000 --> 00:00:10.000
究的方法，先说 PPP 项目。

3
00:01:23.000 --> 00:01:27.000
学时认定要实事求是。
"""


def said(pieces: Any) -> str:
    return "".join(piece.text for piece in pieces)


def titles(found: Found, house: House) -> list[str]:
    return [said(hit.title) for hit in found.houses[house].items]


def find(work_as: Any, query: str, house: House | None = None, page: str | None = None, **options: Any) -> Found:
    with work_as(write=False) as work:
        return search(work, query, house, page, **options)


@pytest.fixture
def taught(work_as: Any) -> Any:
    """Two published courses and a draft; the index made by the rebuild."""
    with work_as() as work:
        owner = make.person(work, "王讲")
        course, version, lectures = make.course(work, owner, (120_000, 60_000), title="基层调研方法", title_en="Field Research")
        version.summary, version.objectives = "如何开展调查研究", ["会开座谈会"]
        lectures[0].title, lectures[1].title = "走进现场", "写好报告"
        lectures[0].chapters = [{"at_ms": 0, "title": "座谈会的准备"}]
        work.session.get_one(Asset, lectures[0].asset_id).captions_vtt = VTT
        make.course(work, owner, title="公文写作规范", framework="restraint")
        make.course(work, owner, title="还在写的调研课", state="draft")
        found = (course.id, version.id, version.uid, lectures[0].id, lectures[0].asset_id)
    return found


@pytest.fixture
def indexed(taught: Any, college: Any) -> Any:
    service.rebuild(college)
    return taught


@pytest.mark.parametrize(
    ("query", "house", "expected"),
    [
        ("调研", House.COURSES, ["基层调研方法"]),
        ("层调", House.COURSES, ["基层调研方法"]),
        ("研", House.COURSES, ["基层调研方法"]),
        ("法", House.COURSES, ["基层调研方法"]),
        ("field", House.COURSES, ["Field Research"]),
        ("FIELD res", House.COURSES, ["Field Research"]),
        ("调查研究 座谈会", House.COURSES, ["基层调研方法"]),
        ("调研 公文", House.COURSES, []),
        ("方法如何", House.COURSES, []),
        ("王讲", House.COURSES, ["公文写作规范", "基层调研方法"]),
        ("准备", House.LECTURES, ["走进现场"]),
        ("现场", House.LECTURES, ["走进现场"]),
        ("调查研究", House.TRANSCRIPTS, ["走进现场"]),
        ("PPP项目", House.TRANSCRIPTS, ["走进现场"]),
        ("pp", House.TRANSCRIPTS, ["走进现场"]),
        ("学时认定", House.TRANSCRIPTS, ["走进现场"]),
        ("干部教育", House.TRANSCRIPTS, []),
    ],
)
def test_published_things_are_found_by_any_part_of_their_words(
    indexed: Any, work_as: Any, query: str, house: House, expected: list[str]
) -> None:
    assert titles(find(work_as, query), house) == expected


@pytest.mark.parametrize(("query", "at_ms"), [("学时认定", 83_000), ("调查研究", 2_000), ("究的方法", 6_000)])
def test_a_spoken_word_leads_to_its_second(indexed: Any, work_as: Any, query: str, at_ms: int) -> None:
    (hit,) = find(work_as, query).houses[House.TRANSCRIPTS].items
    assert hit.at_ms == at_ms
    assert query in [piece.text for piece in hit.about if piece.is_hit]


HOSTILE = (
    '"', '调研"', "title:调研", "调研 OR 1", "NEAR(调研 公文)", "调研*", "^调研", "-调研", "{words}:调研", "调研' --", 
    "'); DROP TABLE x; --", "调研:*", "!调研", "调研 & | <->", "\\", "%", "_", "\x00调研", "\ua015调研", "\ud800", "(" * 90,
    "𬭎", "调" * 4000, "a " * 4000,
)  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_no_query_is_a_query_language(indexed: Any, work_as: Any, query: str) -> None:
    found = find(work_as, query)
    terms = [term.text for term in found.asked]
    assert all(term.isalnum() for term in terms)
    if terms == ["调研"]:
        assert titles(found, House.COURSES) == ["基层调研方法"]


def test_a_rare_character_is_found(work_as: Any, college: Any) -> None:
    with work_as() as work:
        make.course(work, make.person(work, "王讲"), title="𬭎𠅤㛃䶮的治学")
    service.rebuild(college)
    for query in ("𬭎", "𬭎𠅤", "㛃䶮", "䶮的", "𠅤㛃"):
        assert titles(find(work_as, query), House.COURSES) == ["𬭎𠅤㛃䶮的治学"], query


def test_titles_come_first_and_pages_follow_each_other(work_as: Any, college: Any) -> None:
    with work_as() as work:
        owner = make.person(work, "王讲")
        for number in range(60):
            version = make.course(work, owner, title=f"第{number}课" + ("调研" if number % 3 == 0 else ""))[1]
            version.summary = "说的都是调研"
    service.rebuild(college)
    seen: list[Hit] = []
    page: str | None = None
    while True:
        found = find(work_as, "调研", House.COURSES, page).houses[House.COURSES]
        seen += found.items
        page = found.next
        if page is None:
            break
    numbers = [int(said(hit.title)[1:].partition("课")[0]) for hit in seen]
    assert numbers == [n for n in reversed(range(60)) if n % 3 == 0] + [n for n in reversed(range(60)) if n % 3]
    with pytest.raises(Invalid):
        find(work_as, "调研", House.COURSES, "WyJ4IiwxLDJd")
    with pytest.raises(Invalid):
        find(work_as, "调研", House.COURSES, "nonsense")


def documents(work_as: Any) -> set[tuple[Any, ...]]:
    with work_as(write=False) as work:
        rows = work.session.execute(
            select(SearchDocument.house, SearchDocument.version_id, SearchDocument.lecture_id, SearchDocument.at_ms, SearchDocument.text)
        ).all()
    assert len(set(rows)) == len(rows)
    return {tuple(row) for row in rows}


def test_the_rebuild_may_run_again_and_removes_what_is_stale(indexed: Any, work_as: Any, college: Any) -> None:
    before = documents(work_as)
    again = service.rebuild(college)
    assert documents(work_as) == before
    assert (again.courses, again.documents, again.gone) == (2, len(before), 0)
    with work_as() as work:
        work.session.query(catalogue.CourseVersion).filter_by(id=indexed[1]).update({"state": "retired"})
    assert titles(find(work_as, "调研"), House.COURSES) == []
    assert service.rebuild(college).gone > 0
    assert {row[1] for row in documents(work_as)}.isdisjoint({indexed[1]})


def test_publishing_and_retiring_keep_the_index_true_in_their_own_transaction(indexed: Any, work_as: Any) -> None:
    uid = indexed[2]
    with work_as() as work:
        owner = work.session.get_one(catalogue.Course, indexed[0]).owner_id
        reviewer = make.actor(make.person(work, "周审"), Action.PUBLISH, Action.RETIRE)
        author = make.actor(work.session.get_one(make.Person, owner), Action.AUTHOR)
        course_uid = work.session.get_one(catalogue.Course, indexed[0]).uid
    with work_as(author) as work:
        fresh = catalogue.new_version(work, course_uid)
        catalogue.edit_version(work, fresh.uid, title="新编调研方法")
        catalogue.submit(work, fresh.uid)
    assert titles(find(work_as, "调研"), House.COURSES) == ["基层调研方法"]
    with work_as(reviewer) as work:
        catalogue.publish(work, fresh.uid)
    assert titles(find(work_as, "调研"), House.COURSES) == ["新编调研方法"]
    with work_as(reviewer) as work:
        catalogue.retire(work, fresh.uid)
    assert find(work_as, "调研").is_empty
    assert uid != fresh.uid


def test_a_refused_publication_leaves_nothing_in_the_index(indexed: Any, work_as: Any) -> None:
    before = documents(work_as)

    class Stop(Exception):
        pass

    with pytest.raises(Stop):
        with work_as() as work:
            service.forget_version(work, indexed[1])
            assert work.session.scalar(select(func.count()).select_from(SearchDocument)) < len(before)
            raise Stop
    assert documents(work_as) == before
    assert titles(find(work_as, "调研"), House.COURSES) == ["基层调研方法"]


def test_other_captions_are_found_at_once(indexed: Any, work_as: Any) -> None:
    with work_as() as work:
        asset = work.session.get_one(Asset, indexed[4])
        media.set_captions(work, asset.uid, VTT.replace("实事求是", "一视同仁").encode())
    assert titles(find(work_as, "一视同仁"), House.TRANSCRIPTS) == ["走进现场"]
    assert titles(find(work_as, "实事求是"), House.TRANSCRIPTS) == []
    with work_as() as work:
        media.remove_captions(work, work.session.get_one(Asset, indexed[4]).uid)
    assert titles(find(work_as, "学时认定"), House.TRANSCRIPTS) == []


def test_one_statement_for_each_house(indexed: Any, work_as: Any, college: Any) -> None:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(college.engine, "before_cursor_execute", note)
    find(work_as, "调研")
    event.remove(college.engine, "before_cursor_execute", note)
    assert len([statement for statement in seen if "search_document" in statement]) == len(House)


@pytest.mark.sqlite_only
def test_a_damaged_word_list_is_made_anew(indexed: Any, work_as: Any, college: Any) -> None:
    with work_as() as work:
        work.session.execute(select(func.count()).select_from(SearchDocument))
        work.session.connection().exec_driver_sql("INSERT INTO search_index(search_index) VALUES ('delete-all')")
    assert find(work_as, "调研").is_empty
    service.rebuild(college)
    assert titles(find(work_as, "调研"), House.COURSES) == ["基层调研方法"]
