"""A few questions of the demo college's bank in every state, so that no page of it is empty. Idempotent."""

from __future__ import annotations

from sqlalchemy import select

from app.bank.models import Card
from app.bank.rules.formats import examples
from app.bank.service import cards, importing
from app.kernel.work import Actor, College, working

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


def load(college: College, author: Actor, reviewer: Actor) -> int:
    """The examples of the template as approved, handed in and draft questions, and an import that waits to be put right."""
    with working(college, author, write=False) as work:
        if work.session.scalar(select(Card.question_id).limit(1)) is not None:
            return 0
    with working(college, author) as work:
        uids = [cards.add(work, draft).uid for draft in examples.DRAFTS]
        for uid in uids[:-1]:
            cards.move(work, uid, "in_review")
    with working(college, reviewer) as work:
        for uid in uids[:-2]:
            cards.move(work, uid, "approved")
    importing.examine(college, author, TEXT.encode(), wanted="text", file_name="调查研究试题.txt")
    return len(uids)
