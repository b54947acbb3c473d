"""A few questions of the demo college's bank in every state, so that no page of it is empty. Idempotent."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from app.bank.models import QuestionVersion
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import OptionDraft, Picture, QuestionDraft
from app.bank.rules.formats import examples
from app.bank.service import cards, examining, pictures
from app.kernel.work import Actor, College, working
from content import charts

TEXT = """一、单选题（每题2分）
1、调查研究中，最能保证材料真实的做法是（ C ）。
A、汇总下级报表
B、查阅往年总结
C、到现场看、当面问
D、参考网络文章
解析：第一手材料来自现场。
2、公文中的发文字号由哪几部分组成？
A、机关代字、年份、序号
B、机关名称、日期、序号
C、机关代字、密级、序号
3、下列属于突发事件信息报告要素的是（ E ）。
A、时间
B、地点
C、信息来源
D、事件起因
二、判断题
4、回访群众只在结案之后进行。（×）
"""


SOURCE = "演示图表"
"""Where the first of these questions comes from: whether they are there is told by it."""
LETTERS_HANDLED = {"2021": 128, "2022": 143, "2023": 197, "2024": 214, "2025": 236}


def _charted(picture: str) -> QuestionDraft:
    """A question that is answered out of its picture."""
    said = "；".join(f"{year} 年 {count} 件" for year, count in LETTERS_HANDLED.items())
    return QuestionDraft(
        Kind.SINGLE,
        "下图为某街道近五年办结群众来信的件数。与上一年相比增加最多的是哪一年？",
        tuple(OptionDraft(f"{year} 年", year == "2023") for year in list(LETTERS_HANDLED)[1:]),
        Decimal(2),
        "2023 年比 2022 年增加 54 件，其余各年分别增加 15 件、17 件、22 件。",
        "群众工作",
        keeps_order=True,
        picture=Picture(picture, f"柱形图，办结群众来信：{said}"),
        source=SOURCE,
    )


def load(college: College, author: Actor, reviewer: Actor) -> int:
    """The examples of the template as approved, handed in and draft questions, and an import that waits to be put right."""
    with working(college, author, write=False) as work:
        if work.session.scalar(select(QuestionVersion.id).where(QuestionVersion.source == SOURCE).limit(1)) is not None:
            return 0
    chart = pictures.receive(college.settings, charts.bars(LETTERS_HANDLED, 50))
    with working(college, author) as work:
        pictures.note(work, [chart])
        uids = [cards.add(work, draft).uid for draft in (_charted(chart.sha256), *examples.DRAFTS)]
        for uid in uids[:-1]:
            cards.move(work, uid, "in_review")
    with working(college, reviewer) as work:
        for uid in uids[:-2]:
            cards.move(work, uid, "approved")
    examining.examine(college, author, TEXT.encode(), wanted="text", file_name="调查研究试题.txt")
    return len(uids)
