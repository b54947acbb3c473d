"""Builders of the people tests: a loaded demo city, its actors, files of people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

from app.kernel.work import Actor, College, working
from app.people import service
from app.people.demo import Loaded, load_people
from app.people.rules.roll import check_digit


def load(college: College, scale: str = "xs") -> Loaded:
    """The demo city in this college."""
    with working(college, Actor.system("test")) as work:
        return load_people(work, scale=scale)


def actor(college: College, person_id: int) -> Actor:
    """A person with the roles and grants he holds now."""
    with working(college, Actor.system("test"), write=False) as work:
        return service.actor_for(work, person_id)


def id_no(number: int, born: str = "19900307") -> str:
    """A well-formed ID number of a region of tests."""
    head = f"{110000 + number // 1000:06}{born}{number % 1000:03}"
    return head + check_digit(head)


HEADS = ("姓名", "身份证号", "单位", "职务", "职务层次", "队伍", "层次", "任职日期", "用户名", "标签")


def row(number: int = 1, **cells: Any) -> list[Any]:
    """One good row; cells by heading replace its values."""
    good = {"姓名": "王小明", "身份证号": id_no(number), "单位": "市委宣传部", "职务": "科员", "职务层次": "科级以下", "队伍": "党政干部",
            "层次": None, "任职日期": "2020-03-01", "用户名": None, "标签": None}  # fmt: skip
    return [{**good, **cells}[head] for head in HEADS]


def as_csv(rows: Iterable[Sequence[Any]], encoding: str = "utf-8", heads: Sequence[str] = HEADS) -> io.BytesIO:
    """Rows under their headings as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([heads, *rows])
    return io.BytesIO(text.getvalue().encode(encoding))


def as_xlsx(rows: Iterable[Sequence[Any]], heads: Sequence[str] = HEADS) -> io.BytesIO:
    """Rows under their headings as a workbook."""
    book = Workbook()
    sheet: Any = book.active
    for cells in [heads, *rows]:
        sheet.append(list(cells))
    kept = io.BytesIO()
    book.save(kept)
    kept.seek(0)
    return kept
