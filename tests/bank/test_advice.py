"""Every finding says what was expected and what to do about it, in both languages (issue 3, frontend.md: the dry run)."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale

from app.bank import words
from app.bank.advice import ADVICE
from app.bank.service import SENTENCES


def test_every_code_of_a_finding_has_what_is_expected_and_a_fix(app: Flask) -> None:
    codes = {*words.FOUND, *SENTENCES}
    assert codes - set(ADVICE) == set() and set(ADVICE) - codes == set()
    said: dict[str, list[tuple[str, str]]] = {}
    for language in ("en", "zh_Hans_CN"):
        with app.test_request_context(), force_locale(language):
            told = [words.told((1, "stem", code, "", "", "", True), SENTENCES) for code in sorted(codes | set(words.FILE))]
            assert [one.code for one in told if not (one.expected and one.fix)] == []
            said[language] = [(one.expected, one.fix) for one in told]
    assert all(en[0] != zh[0] and en[1] != zh[1] for en, zh in zip(said["en"], said["zh_Hans_CN"], strict=True))


def test_what_a_finding_says_itself_comes_first(app: Flask) -> None:
    with app.test_request_context():
        told = words.told((3, "blanks", "gaps_and_blanks_differ", "甲", "2", "", True), SENTENCES)
    assert told.expected == "2" and told.fix


@pytest.mark.parametrize(("code", "found", "said"), [("near_in_bank", "87%", "相似度 87%"), ("same_in_file", "12", "与第 12 行相同")])
def test_what_a_question_is_like_is_told_in_words(app: Flask, code: str, found: str, said: str) -> None:
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert words.told((14, "stem", code, found, "", "", False), SENTENCES).found == said


def test_the_kind_of_a_question_is_told_in_words(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert words.told((4, "kind", "question_left_out", "blank", "", "", False), SENTENCES).found == "填空题"
        assert words.told((4, "stem", "empty", "blank", "", "", True), SENTENCES).found == "blank", "a word of a file stays as it stands"
