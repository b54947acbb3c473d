"""Questions of the demo bank, made out of material in content/bank: pure and repeatable, nothing is copied from anywhere.

A file holds one topic with classes of good practice and what belongs to each. What belongs to one class is wrong for the
others, so every question has one right answer by construction. `read_bank(root, per_topic)` gives each topic the same mix.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, islice
from pathlib import Path
from typing import Any

import yaml

MIX = (("single", 5), ("multiple", 4), ("judge", 4), ("short", 1))
"""Shares of the kinds in each topic."""


@dataclass(frozen=True)
class Made:
    """One question: options with whether they are right; `truth` for statements; `taught` is the slide that teaches it, if one does.

    A slide is named by the code of its course, its lecture and its place in it, both from 1: `L-LAW-01/2/4`.
    """

    topic: str
    kind: str
    stem: str
    options: tuple[tuple[str, bool], ...] = ()
    truth: bool = False
    explanation: str = ""
    difficulty: int = 3
    of: str = ""
    """The class that is asked for."""
    taught: str = ""


def _rank(*parts: object) -> bytes:
    return hashlib.sha256("|".join(map(str, parts)).encode()).digest()


def _mixed(items: list[Any], *seed: object) -> list[Any]:
    return sorted(items, key=lambda item: _rank(*seed, item))


def read_bank(root: Path, per_topic: int) -> Iterator[Made]:
    """The questions of every topic, `per_topic` of each as far as the material reaches."""
    total = sum(share for _kind, share in MIX)
    for path in sorted(root.glob("*.yaml")):
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        makers = {"single": _single, "multiple": _multiple, "judge": _judge, "short": _short}
        for kind, share in MIX:
            wanted = max(per_topic * share // total, 1)
            made = _mixed(list(makers[kind](read["topic"], read["classes"])), "order")
            taught = read.get("taught", {})
            yield from (replace(one, taught=taught.get(one.of, "")) for one in islice(made, wanted))


def _at(some: list[str], at: int) -> str:
    return some[at % len(some)]


def _others(classes: dict[str, list[str]], name: str) -> list[tuple[str, str]]:
    return [(other, one) for other, members in classes.items() if other != name for one in members]


def _single(topic: str, classes: dict[str, list[str]]) -> Iterator[Made]:
    """Four questions for each member; each speaks of something that only it has, so that no two read alike."""
    names = list(classes)
    for of, name in enumerate(names):
        for at, one in enumerate(classes[name]):
            next_one, next_name, other = _at(classes[name], at + 1), _at(names, of + 1), _at(names, of + 2)
            asked = (
                f"“{one}”是落实哪一项要求？",
                f"“{_at(classes[next_name], at)}”属于“{next_name}”。以下哪一项属于“{name}”？",
                f"做好“{name}”，光有“{next_one}”还不够，还应当做到的是（　　）。",
                f"讨论“{name}”时，有人举了“{_at(classes[other], at)}”的例子，其实不贴切。更恰当的例子是（　　）。",
            )
            for number, stem in enumerate(asked):
                right, why = (one if number else name), f"“{one}”属于“{name}”"
                wrong = [(text, text) for text in names if text != name]
                if number:
                    wrong = [pair for pair in _mixed(_others(classes, name), topic, name, one, number) if pair[1] not in stem][:3]
                    why += f"；其余各项分别属于{'、'.join(dict.fromkeys(f'“{of_them}”' for of_them, _text in wrong))}"
                options = _mixed([(right, True), *((text, False) for _of, text in wrong)], "options", topic, number)
                yield Made(topic, "single", stem, tuple(options), explanation=f"{why}。", difficulty=1 + number, of=name)


def _multiple(topic: str, classes: dict[str, list[str]]) -> Iterator[Made]:
    """What is asked for besides the members that the wording names: no two of a class name the same."""
    asked = ("除{1}外，属于“{0}”的做法还有（　　）。", "关于“{0}”，已经想到{1}，还应补上（　　）。",
             "{1}都属于“{0}”，与它们同属一类的有（　　）。", "检查“{0}”的情况，除了看{1}，还要看（　　）。")  # fmt: skip
    for name, members in classes.items():
        picked = [right for count in (2, 3) for right in combinations(members, count)]
        for number, right in enumerate(picked):
            wrong = [text for _other, text in _mixed(_others(classes, name), topic, name, *right)[: 5 - len(right)]]
            options = _mixed([*((one, True) for one in right), *((one, False) for one in wrong)], "options", topic)
            named = "".join(f"“{one}”" for one in members if one not in right)
            why = f"属于“{name}”的是：{'；'.join(right)}。"
            yield Made(topic, "multiple", asked[number % 4].format(name, named), tuple(options), explanation=why,
                       difficulty=3 + len(right) // 2, of=name)  # fmt: skip


def _judge(topic: str, classes: dict[str, list[str]]) -> Iterator[Made]:
    said = ("“{0}”是“{1}”的一项做法。", "有人认为，“{0}”体现的是“{1}”的要求。",
            "落实“{1}”的一个例子是：{0}。", "要说“{1}”，“{0}”就算一条。")  # fmt: skip
    for name, members in classes.items():
        for at, one in enumerate(members):
            for number, other in enumerate(classes, at):
                is_so = other == name
                why = f"它属于“{name}”。" if is_so else f"它属于“{name}”，不属于“{other}”。"
                stem = said[number % 4].format(one, other)
                yield Made(topic, "judge", stem, truth=is_so, explanation=why, difficulty=1 if is_so else 2, of=name)


def _short(topic: str, classes: dict[str, list[str]]) -> Iterator[Made]:
    asked = ("请结合一件身边的工作，说明怎样做好“{0}”，其中要谈到“{1}”。", "向新到岗的同志讲“{0}”，从“{1}”讲起，请写出讲解要点。",
             "“{1}”看似小事。请从正反两个方面，说明它与“{0}”的关系。", "请用一个完整的事例，说明怎样在“{0}”中做到“{1}”。")  # fmt: skip
    for name, members in classes.items():
        for text, one in zip(asked, members, strict=False):
            yield Made(topic, "short", text.format(name, one), explanation="要点：" + "；".join(members) + "。", difficulty=4, of=name)
