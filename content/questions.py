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


def _others(classes: dict[str, list[str]], name: str) -> list[tuple[str, str]]:
    return [(other, one) for other, members in classes.items() if other != name for one in members]


def _single(topic: str, classes: dict[str, list[str]]) -> Iterator[Made]:
    asked = (
        "下列做法中，体现“{}”要求的是（　　）。",
        "以下哪一项属于“{}”的做法？",
        "落实“{}”，应当做到的是（　　）。",
        "谈到“{}”，最直接的例子是（　　）。",
    )
    for name, members in classes.items():
        for one in members:
            for number, stem in enumerate(asked):
                wrong = _mixed(_others(classes, name), topic, name, one, number)[:3]
                options = _mixed([(one, True), *((text, False) for _other, text in wrong)], "options", topic, number)
                why = f"“{one}”属于“{name}”；其余各项分别属于{'、'.join(dict.fromkeys(f'“{other}”' for other, _ in wrong))}。"
                yield Made(topic, "single", stem.format(name), tuple(options), explanation=why, difficulty=1 + number, of=name)


def _multiple(topic: str, classes: dict[str, list[str]]) -> Iterator[Made]:
    for name, members in classes.items():
        for count in (2, 3):
            for right in combinations(members, count):
                wrong = [text for _other, text in _mixed(_others(classes, name), topic, name, *right)[: 5 - count]]
                options = _mixed([*((one, True) for one in right), *((one, False) for one in wrong)], "options", topic)
                stem = f"下列做法中，属于“{name}”的有（　　）。"
                yield Made(
                    topic,
                    "multiple",
                    stem,
                    tuple(options),
                    explanation=f"属于“{name}”的是：{'；'.join(right)}。",
                    difficulty=2 + count // 2 + 1,
                    of=name,
                )


def _judge(topic: str, classes: dict[str, list[str]]) -> Iterator[Made]:
    for name, members in classes.items():
        for one in members:
            yield Made(topic, "judge", f"“{one}”是“{name}”的一项做法。", truth=True, explanation=f"它属于“{name}”。", difficulty=1, of=name)
            for other in classes:
                if other != name:
                    stem = f"“{one}”是“{other}”的一项做法。"
                    yield Made(topic, "judge", stem, explanation=f"它属于“{name}”，不属于“{other}”。", difficulty=2, of=name)


def _short(topic: str, classes: dict[str, list[str]]) -> Iterator[Made]:
    scenes = ("请结合一件身边的工作", "请以新到岗的同志为对象", "请从正反两个方面", "请用一个完整的事例")
    for name, members in classes.items():
        for scene in scenes:
            yield Made(
                topic, "short", f"{scene}，说明怎样做好“{name}”。", explanation="要点：" + "；".join(members) + "。", difficulty=4, of=name
            )
