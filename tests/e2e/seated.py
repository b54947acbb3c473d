"""Papers in hand: of a hundred questions, of cases with written parts, and question by question without a way back."""

from __future__ import annotations

from tests.e2e.conftest import Visitor
from tests.e2e.steps import SLOW, arrive, press

PAPERS = {"sitting": "初任培训结业考试", "sitting-case": "中青班综合测评", "sitting-sequential": "党章党规在线测试"}


def seated(visitor: Visitor) -> dict[str, str]:
    """The visitor begins each of these papers in the own browser; the address of each."""
    found, page = {}, visitor.page
    for name, title in PAPERS.items():
        visitor.go("/exams")
        page.locator("main li", has_text=title).locator("h3 a").first.click(timeout=SLOW)
        press(page, "开始作答")
        arrive(page, r"/exams/attempts/[0-9a-f-]{36}")
        found[name] = page.url.removeprefix(visitor.base)
    return found
