"""Every string has its Chinese, written with Chinese punctuation; domains do not contradict each other."""

from __future__ import annotations

import re

import pytest

from tools import messages

HAN = "[\u3400-\u9fff]"
HALF_WIDTH = re.compile(rf"{HAN}[,:;?!()]|[,;?!()]{HAN}")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def texts(domain: str) -> list[tuple[str, str]]:
    """Pairs of message id and Chinese of a domain."""
    found = []
    for message in messages.read(domain):
        if message.id:
            ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
            strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
            found += [(ids[0], string) for string in strings if string]
    return found


@pytest.mark.parametrize("domain", messages.domains())
def test_everything_is_said_in_chinese(domain: str) -> None:
    assert list(messages.untranslated(messages.merged(domain))) == []


@pytest.mark.parametrize("domain", messages.domains())
def test_chinese_uses_full_width_punctuation(domain: str) -> None:
    assert [
        chinese for _, chinese in texts(domain) if HALF_WIDTH.search(PLACEHOLDER.sub("x", chinese)) or "!" in chinese or "！" in chinese
    ] == []


@pytest.mark.parametrize("domain", messages.domains())
def test_placeholders_are_the_same_in_both_languages(domain: str) -> None:
    assert [id_ for id_, chinese in texts(domain) if set(PLACEHOLDER.findall(chinese)) - set(PLACEHOLDER.findall(id_))] == []


def test_one_message_has_one_chinese() -> None:
    said: dict[str, set[str]] = {}
    for domain in messages.domains():
        for id_, chinese in texts(domain):
            said.setdefault(id_, set()).add(chinese)
    assert {id_: sorted(chinese) for id_, chinese in said.items() if len(chinese) > 1} == {}


def test_the_guard_sees_a_half_width_comma() -> None:
    assert HALF_WIDTH.search("上午好,林晓岚")
    assert not HALF_WIDTH.search("上午好，林晓岚")
