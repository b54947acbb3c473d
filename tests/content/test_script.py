"""Lecture scripts: how they are read, cut into captions and refused."""

from pathlib import Path

import pytest

from content.script import CUE_HAN, ScriptError, clauses, cue_texts, han_count, load, parse

HEAD = "---\ntitle: 题目\ntitle_en: Title\nvoice: zf_xiaoxiao\nsay: {行家: hang2 jia1}\n---\n"
BODY = """## 题目 {title}
- 副题

大家好。今天讲一件事。

## 三步 {steps}
- 停：放下手头的事
- 问：多用开放的问题

先说清楚。

第一步，是停；不要急。

第二步，是问。
"""


def test_a_script_is_slides_with_items_and_spoken_paragraphs() -> None:
    script = parse(HEAD + BODY, "01-x.md")
    title, steps = script.slides
    assert (script.title, script.voice, script.say) == ("题目", "zf_xiaoxiao", {"行家": "hang2 jia1"})
    assert title.sentences == ("大家好。", "今天讲一件事。")
    assert [(item.label, item.text) for item in steps.items] == [("停", "放下手头的事"), ("问", "多用开放的问题")]
    assert steps.paragraphs == (("先说清楚。",), ("第一步，是停；", "不要急。"), ("第二步，是问。",))
    assert script.text == "大家好。今天讲一件事。先说清楚。第一步，是停；不要急。第二步，是问。"


def test_a_paragraph_points_at_its_item_and_an_extra_first_one_at_none() -> None:
    title, steps = parse(HEAD + BODY, "01-x.md").slides
    assert [steps.active(n) for n in range(3)] == [None, 0, 1]
    assert title.active(0) is None


def test_a_long_sentence_becomes_even_captions_that_add_up() -> None:
    sentence = "换成你接着讲，难点在哪里，需要我协调什么，对方才会把实情摆到桌面上。"
    cut = cue_texts(sentence)
    assert "".join(cut) == sentence
    assert [han_count(cue) for cue in cut] == [18, 12]
    assert all(han_count(cue) <= CUE_HAN for cue in cut)


def test_a_short_sentence_is_one_caption() -> None:
    assert cue_texts("事实是最好的定心丸。") == ("事实是最好的定心丸。",)


def test_closing_quotation_marks_stay_with_their_clause() -> None:
    assert clauses("他说：“先停下来，再想一想。”") == ("他说：", "“先停下来，", "再想一想。”")


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("## 题目 {title}\n\n你好。", "no front matter"),
        ("---\ntitle: 题\n---\n## 题 {title}\n\n你好。", "lacks"),
        (HEAD + "多出来的话\n## 题目 {title}\n\n你好。", "before the first slide"),
        (HEAD + "## 题目 {mosaic}\n\n你好。", "unknown layout"),
        (HEAD + "## 题目 {title}\n- 只有要点", "nothing is spoken"),
        (HEAD + "## 题目\n\n你好。", "title slide"),
    ],
)
def test_a_faulty_script_is_refused_by_name(source: str, fault: str) -> None:
    with pytest.raises(ScriptError, match=rf"01-x\.md.*{fault}"):
        parse(source, "01-x.md")


def test_every_draft_can_be_read_and_cut_into_captions() -> None:
    for path in (Path(__file__).parents[2] / "content" / "drafts").glob("*/[0-9][0-9]-*.md"):
        script = load(path)
        assert all(han_count(cue) <= CUE_HAN for slide in script.slides for sentence in slide.sentences for cue in cue_texts(sentence)), (
            path
        )
