"""Bodies that do not fit are refused in the reader's language, with the member and what was expected there."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.kernel.bodies import BadBody, decode


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """A row of a body."""

    count: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    kind: Literal["single", "judge"] = "single"
    points: Decimal = Decimal(1)
    word: Annotated[str, msgspec.Meta(max_length=3, pattern="^[a-z]*$")] = ""
    either: str | list[str] = ""


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    """A body with whatever may be wrong."""

    rows: Annotated[list[Inner], msgspec.Meta(max_length=2)]
    at: datetime | None = None
    uid: UUID | None = None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"rows":[{"count":"1"}]}', "rows[0].count：应为整数，收到的是文字"),
        ('{"rows":[{},{"count":0}]}', "rows[1].count：应为不小于 1 的数字"),
        ('{"rows":[{"count":10}]}', "rows[0].count：应为不大于 9 的数字"),
        ('{"rows":[{"kind":"x"}]}', "rows[0].kind：'x'不是可用的值"),
        ('{"rows":[{"points":"x"}]}', 'rows[0].points：应为带引号的数字（如 "2.5"）'),
        ('{"rows":[{"word":"abcd"}]}', "rows[0].word：最多 3 个字"),
        ('{"rows":[{"word":"A"}]}', "rows[0].word：文字格式不符合要求"),
        ('{"rows":[{"either":5}]}', "rows[0].either：应为文字 / 列表，收到的是整数"),
        ('{"rows":[{},{},{}]}', "rows：最多 2 项"),
        ('{"rows":[{"x":1}]}', "rows[0]：没有字段 x"),
        ('{"rows":[],"at":"x"}', "at：应为时间（如 2026-03-01T09:00:00+08:00）"),
        ('{"rows":[],"uid":"x"}', "uid：应为UUID"),
        ("{}", "缺少字段 rows"),
        ('{"rows":[],"rows":[]}', "同一字段出现了两次"),
        ('{"rows":x}', "从第 8 个字节起不是有效的 JSON"),
        ('{"rows":[', "JSON 内容不完整"),
    ],
)
def test_what_does_not_fit_is_said_with_its_member_and_what_was_expected(app: Flask, body: str, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}), pytest.raises(BadBody) as refused:
        decode(body.encode(), Outer)
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert refused.value.sentence == f"请求内容不符合要求：{said}"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("before", "back"),
    [
        ("http://localhost/practice?topic=1", "/practice?topic=1"),
        ("http://localhost//evil.example/practice", None),
        ("http://evil.example/practice", None),
    ],
)
def test_a_refused_form_leads_back_to_a_page_of_ours_only(client: FlaskClient, before: str, back: str | None) -> None:
    page = client.post("/practice/daily", headers={"Referer": before}).text
    assert ("返回上一页" in page, "evil.example" in page) == (back is not None, False)
    assert back is None or f'href="{back}"' in page
