"""The bank on both databases: who sees and moves what, versions, likeness, imports brought in and taken back."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.bank import queries, service
from app.bank.models import Band, Card, CardState, ImportRow, Question, QuestionKey, QuestionVersion, Trail
from app.bank.queries import lists
from app.bank.queries.lists import Wanted
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import OptionDraft
from app.bank.rules.formats import examples
from app.bank.rules.scoring import Mark, Outcome
from app.bank.service import refusals
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import College
from tests.bank import build
from tests.bank.build import WorkAs

TEXT = """一、单选题
1、甲的首都是（ B ）。
A、上海
B、北京
2、没有答案的题
A、一
B、二
三、判断题
3、地球是圆的。（√）
"""


def test_a_question_of_every_kind_is_kept_and_read_back(work_as: WorkAs) -> None:
    actor = build.author(work_as)
    for draft in examples.DRAFTS:
        uid = build.add(work_as, actor, draft)
        with work_as(actor, write=False) as work:
            found = lists.whole(work, uid)
            assert found.draft == service.sound(work, draft) and found.card.state == "draft"


def test_what_a_candidate_sees_and_what_marks_are_two_rows(work_as: WorkAs) -> None:
    actor = build.author(work_as)
    case = next(one for one in examples.DRAFTS if one.kind is Kind.CASE)
    uid = build.add(work_as, actor, replace(case, parts=tuple(replace(one, explanation=build.WHY) for one in case.parts)))
    with work_as(actor, write=False) as work:
        version = lists.whole(work, uid).version
        face = queries.faces(work, [version.id])[version.id]
        assert build.WHY not in repr(face) and "right" not in repr(face)
        secret = service.secrets(work, [version.id])[version.id]
        key = secret.key(face.kind, face.shown)
        parts = {name: sorted(inner.right)[0] for name, (inner, _points) in key.parts.items()}
        from app.bank.rules.answers import fit
        from app.bank.rules.scoring import score

        assert score(key, Decimal(4), fit(face.shape, parts)) == Mark(
            Decimal(4), Outcome.RIGHT, {"p1": Mark(Decimal(1), Outcome.RIGHT), "p2": Mark(Decimal(3), Outcome.RIGHT)}
        )


def test_nobody_sees_the_draft_of_another_and_nobody_passes_his_own(work_as: WorkAs) -> None:
    actor, other = build.author(work_as), build.reviewer(work_as)
    uid = build.add(work_as, actor)
    with work_as(other, write=False) as work, pytest.raises(NotFound):
        lists.whole(work, uid)
    own = build.handed_in(work_as, other, build.single(2))
    with work_as(other) as work, pytest.raises(refusals.MoveNotAllowed):
        service.move(work, own, "approved")
    with work_as(actor, write=False) as work, pytest.raises(NotFound):
        lists.whole(work, own)


def test_the_database_itself_keeps_author_and_reviewer_apart(work_as: WorkAs) -> None:
    actor = build.author(work_as)
    uid = build.handed_in(work_as, actor)
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), work_as(actor) as work:
        found = lists.whole(work, uid)
        found.card.reviewed_by = actor.person_id
        work.session.flush()


def test_a_reviewer_passes_or_gives_back_with_a_reason_and_the_trail_tells(work_as: WorkAs) -> None:
    actor, other = build.author(work_as), build.reviewer(work_as)
    uid = build.handed_in(work_as, actor)
    with work_as(other) as work, pytest.raises(refusals.ReasonNeeded):
        service.move(work, uid, "draft")
    with work_as(other) as work:
        service.move(work, uid, "draft", "选项重复")
    with work_as(actor) as work:
        service.change(work, uid, build.single(9))
        service.move(work, uid, "in_review")
    with work_as(other) as work, pytest.raises(refusals.AlreadyMoved):
        service.move(work, uid, "approved", version=1)
    with work_as(other) as work:
        service.move(work, uid, "approved", version=2)
        found = lists.whole(work, uid)
        assert [one.what for one in lists.steps(work, found.question.id)] == [
            "approved", "in_review", "changed", "given_back", "in_review", "written",
        ]  # fmt: skip
        assert work.session.scalars(select(Card.state)).all() == [CardState.APPROVED]


def test_versions_stand_as_they_were_written(work_as: WorkAs) -> None:
    actor = build.author(work_as)
    uid = build.add(work_as, actor)
    with work_as(actor) as work:
        assert service.change(work, uid, build.single(1)) is None
        service.change(work, uid, build.single(5))
        assert lists.whole(work, uid, 1).draft == service.sound(work, build.single(1))
        assert lists.whole(work, uid).draft == service.sound(work, build.single(5))


def test_what_is_handed_in_is_not_changed(work_as: WorkAs) -> None:
    actor = build.author(work_as)
    uid = build.handed_in(work_as, actor)
    with work_as(actor) as work, pytest.raises(refusals.NotADraft):
        service.change(work, uid, build.single(3))


def test_without_the_permission_nothing_is_written(work_as: WorkAs) -> None:
    actor = replace(build.author(work_as), actions=frozenset({"exams.sit"}), grants=())
    with work_as(actor) as work, pytest.raises(Forbidden):
        service.add(work, build.single())


def test_the_same_words_and_nearly_the_same_are_found(work_as: WorkAs) -> None:
    actor = build.author(work_as)
    draft = replace(build.single(), stem="公共数据授权运营中，下列哪一类数据不得授权运营？请选出最准确的一项。")
    uid = build.add(work_as, actor, draft)
    spaced = replace(draft, stem="公共数据授权运营中,下列哪一类数据 不得授权运营? 请选出最准确的一项")
    near = replace(draft, stem="公共数据授权运营中，下列哪一类数据不得授权运营？请选出最恰当的一项。")
    far = replace(draft, stem="依法行政的基本要求有哪些？请逐条写出并说明理由。")
    with work_as(actor, write=False) as work:
        assert [(one.uid, one.percent) for one in service.alike(work, spaced)] == [(uid, 100)]
        assert [one.uid for one in service.alike(work, near)] == [uid]
        assert service.alike(work, far) == []
    with work_as(build.author(work_as, "钱另"), write=False) as work:
        assert [one.stem for one in service.alike(work, spaced)] == [""]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [(Wanted(), 3), (Wanted(kind="judge"), 1), (Wanted(words="第 2 道"), 1), (Wanted(topic="法"), 1), (Wanted(difficulty=5), 1),
     (Wanted(state="approved"), 0), (Wanted(words="%"), 3), (Wanted(kind="nonsense"), 3)],
)  # fmt: skip
def test_a_list_is_narrowed(work_as: WorkAs, wanted: Wanted, count: int) -> None:
    actor = build.author(work_as)
    build.add(work_as, actor, build.single(1, topic="法"))
    build.add(work_as, actor, build.single(2, difficulty=5))
    build.add(work_as, actor, next(one for one in examples.DRAFTS if one.kind is Kind.JUDGE))
    with work_as(actor, write=False) as work:
        assert len(lists.questions(work, wanted).items) == count


def test_an_import_is_examined_corrected_brought_in_and_taken_back(college: College, work_as: WorkAs) -> None:
    actor = build.author(work_as)
    uid = service.examine(college, actor, TEXT.encode(), file_name="题.txt")
    with work_as(actor, write=False) as work:
        kept = lists.own_import(work, uid)
        assert (kept.format, service.counts(work, kept.id)) == ("text", (2, 1))
        bad = lists.import_rows(work, kept.id, bad=True)[0]
        assert work.session.scalar(select(func.count()).select_from(Question)) == 0
    with work_as(actor) as work:
        row = service.correct(
            work, uid, bad.number, replace(build.single(7), options=(OptionDraft("一", is_right=True), OptionDraft("二")))
        )
        assert row.is_good
    with work_as(actor) as work:
        assert service.carry_out(work, uid) == 3
        assert len(lists.questions(work, Wanted(import_uid=uid)).items) == 3
        for table, count in ((QuestionVersion, 3), (QuestionKey, 3), (Card, 3), (Band, 18), (Trail, 3)):
            assert work.session.scalar(select(func.count()).select_from(table)) == count
    with work_as(actor) as work, pytest.raises(refusals.ImportNotOpen):
        service.carry_out(work, uid)
    with work_as(actor) as work:
        assert service.take_back(work, uid) == 3
        assert {one.state for one in lists.questions(work, Wanted()).items} == {"retired"}
    with work_as(actor) as work, pytest.raises(refusals.ImportNotOpen):
        service.take_back(work, uid)


def test_what_was_left_out_is_put_right_and_brought_in_afterwards(college: College, work_as: WorkAs) -> None:
    actor = build.author(work_as)
    uid = service.examine(college, actor, TEXT.encode(), file_name="题.txt")
    with work_as(actor) as work:
        assert service.carry_out(work, uid) == 2
        import_id = lists.own_import(work, uid).id
        good, bad = (lists.import_rows(work, import_id, bad=which)[0].number for which in (False, True))
        assert service.waiting(work, import_id) == 0
    right = replace(build.single(7), options=(OptionDraft("一", is_right=True), OptionDraft("二")))
    for act in (service.correct, service.leave_out):  # what is in the bank is changed there
        with work_as(actor) as work, pytest.raises(refusals.ImportNotOpen):
            act(work, uid, good, *((right,) if act is service.correct else ()))
    with work_as(actor) as work:
        assert service.correct(work, uid, bad, right).is_good
        assert service.waiting(work, import_id) == 1
    with work_as(actor) as work:
        assert service.carry_out(work, uid) == 1
        assert len(lists.questions(work, Wanted(import_uid=uid)).items) == 3
    with work_as(actor) as work, pytest.raises(refusals.ImportNotOpen):
        service.carry_out(work, uid)
    with work_as(actor) as work:
        assert service.take_back(work, uid) == 3
    with work_as(actor) as work, pytest.raises(refusals.ImportNotOpen):
        service.row_of(work, uid, bad)


def test_a_note_on_what_is_no_question_is_nothing_to_put_right(college: College, work_as: WorkAs) -> None:
    """It stands with the question after it; where there is no question at all it is all that can be told."""
    actor = build.author(work_as)
    described = "::引言::请先阅读下面的规定。\n\n::一::首都是？{=北京 ~上海}\n"
    uid = service.examine(college, actor, described.encode(), wanted="gift")
    with work_as(actor) as work:
        kept = lists.own_import(work, uid)
        (row,) = lists.import_rows(work, kept.id, bad=False, after=0, most=9)
        assert service.counts(work, kept.id) == (1, 0) and [one[2] for one in row.findings] == ["description_left_out"]
        assert service.carry_out(work, uid) == 1
    assert service.bring_in(college, actor, described.replace("北京", "南京").encode(), wanted="gift")
    alone = service.examine(college, actor, "请先阅读下面的规定。\n".encode(), wanted="gift")
    with work_as(actor, write=False) as work:
        assert service.counts(work, lists.own_import(work, alone).id) == (0, 1)


def test_an_import_of_another_does_not_exist(college: College, work_as: WorkAs) -> None:
    uid = service.examine(college, build.author(work_as), TEXT.encode())
    with work_as(build.author(work_as, "钱另")) as work, pytest.raises(NotFound):
        service.carry_out(work, uid)


def test_a_file_with_broken_rows_only_brings_in_nothing(college: College, work_as: WorkAs) -> None:
    actor = build.author(work_as)
    rows = "题型,题干,选项A,选项B,答案\n" + "".join(f"单选题,第{at}题,甲,乙,Z{at}\n" for at in range(40))
    uid = service.examine(college, actor, rows.encode("gb18030"))
    with work_as(actor) as work:
        kept = lists.own_import(work, uid)
        assert (kept.format, service.counts(work, kept.id)) == ("csv", (0, 40))
        assert {row.findings[0][2] for row in work.session.scalars(select(ImportRow))} == {"answer_not_read"}
    with work_as(actor) as work, pytest.raises(refusals.NothingToImport):
        service.carry_out(work, uid)


def test_what_the_file_or_the_bank_has_already_is_said(college: College, work_as: WorkAs) -> None:
    actor = build.author(work_as)
    twice = "1、地球是圆的。（√）\n2、地球是圆的。（√）\n"
    for codes in ([None, "same_in_file"], ["same_in_bank", "same_in_file"]):
        uid = service.examine(college, actor, twice.encode())
        with work_as(actor) as work:
            rows = lists.import_rows(work, lists.own_import(work, uid).id, bad=False)
            assert [row.findings[0][2] if row.findings else None for row in rows] == codes
            service.carry_out(work, uid)


@pytest.mark.parametrize("form", service.WRITERS)
def test_an_export_is_read_again(college: College, work_as: WorkAs, form: str) -> None:
    actor = build.author(work_as)
    for draft in examples.DRAFTS:
        build.add(work_as, actor, draft)
    with work_as(actor, write=False) as work:
        made, _ending, _type, count = service.export(work, Wanted(), form)
    left = {one.row for one in made.lost if one.code == "question_left_out"}
    uid = service.examine(college, actor, io.BytesIO(made.content).getvalue())
    with work_as(actor, write=False) as work:
        assert service.counts(work, lists.own_import(work, uid).id) == (count - len(left), 0)
