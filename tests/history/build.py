"""Builders of the tests of past training: an importer, people with ID numbers, files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from app.kernel.work import Actor, College, Grant, Work, working
from app.people.models import Person
from app.people.rules import Everyone, OneOf, SomePost
from app.people.service.sealing import seal
from tests import make
from tests.people import build as people

HEADS = (
    "姓名",
    "身份证号",
    "用户名",
    "培训名称",
    "培训类别",
    "开始日期",
    "结束日期",
    "学时",
    "培训天数",
    "请假学时",
    "是否脱产",
    "主办单位",
    "证书编号",
)


def cadres(work: Work, count: int = 3, **fields: Any) -> list[Person]:
    """People of one unit with ID numbers `people.id_no(1…)`, named 王小甲, 王小乙 …"""
    unit = make.unit(work)
    found = []
    for number in range(1, count + 1):
        digest, cipher = seal(work.settings.secret_key).both(people.id_no(number))
        found.append(make.person(work, name(number), at=unit, id_no_hash=digest, id_no_enc=cipher, **fields))
    return found


def name(number: int) -> str:
    """A name without digits."""
    return "王小" + "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(number))


def row(number: int = 1, **cells: Any) -> list[Any]:
    """One good row of person `number`; cells by heading replace its values."""
    good = {"姓名": name(number), "身份证号": people.id_no(number), "用户名": None, "培训名称": "处级干部进修班", "培训类别": "主体班",
            "开始日期": "2024-03-04", "结束日期": "2024-03-08", "学时": 40, "培训天数": 5, "请假学时": None, "是否脱产": "是",
            "主办单位": None, "证书编号": None}  # fmt: skip
    return [{**good, **cells}[head] for head in HEADS]


def csv(rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> io.BytesIO:
    """Rows as a CSV file."""
    return people.as_csv(rows, encoding, HEADS)


def xlsx(rows: Sequence[Sequence[Any]]) -> io.BytesIO:
    """Rows as a workbook."""
    return people.as_xlsx(rows, HEADS)


def importer(college: College, *ranks: str) -> Actor:
    """Somebody who brings in past training of everybody, or of people of some ranks only."""
    with working(college, Actor.system("test")) as work:
        me = make.person(work, "柳亦安")
    over = SomePost(OneOf("rank", frozenset(ranks))) if ranks else Everyone()
    grants = (Grant("history.import", over),)
    return Actor(person_id=me.id, name=me.name, actions=frozenset({"history.import"}), grants=grants)
