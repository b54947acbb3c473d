"""An examination that is run: people listed at once, its marker named, a question withdrawn, a correction looked at."""

from __future__ import annotations

from tests.e2e.conftest import Visitor
from tests.e2e.learner import Learner
from tests.e2e.steps import SLOW, arrive, press, write

CONTEST, ONLINE = "廉政知识竞赛", "网上专题班结业考试"


def examined(visitor: Visitor, officer: Learner) -> dict[str, str]:
    """The officer puts a list on a roster, withdraws a question of the contest, and looks what leaving one out would change."""
    exams = {one["title"]: one["uid"] for one in officer.ask("GET", "/api/v1/exams")["items"]}
    return listed(visitor) | withdrawn(visitor, f"/manage/exams/{exams[CONTEST]}")


def listed(visitor: Visitor) -> dict[str, str]:
    """Two good rows of a list and one that is left out; the roster then has something to take back."""
    page = visitor.page
    visitor.go("/manage/exams?state=open")
    page.locator(f"main a.who:has-text('{ONLINE}')").click(timeout=SLOW)
    page.locator("main a[href$='/roster']").click(timeout=SLOW)
    address = arrive(page, r"(/manage/exams/[0-9a-f-]{36}/roster)$")[1]
    write(page, list="bureau\nsection, 20\nnobody-here")
    press(page, "核对名单")
    arrive(page, r"/roster/list$")
    press(page, "将无误的行列入名单")
    page.wait_for_url(lambda url: url.endswith("/roster"), timeout=SLOW)
    return {"listed": address}


def withdrawn(visitor: Visitor, exam: str) -> dict[str, str]:
    """One question of the contest counts for everybody; its statistics say so. Another one would be taken out."""
    page = visitor.page
    visitor.go(f"{exam}/regrade")
    one, other = (page.locator("main a[href*='/regrade/']").nth(at).get_attribute("href", timeout=SLOW) or "" for at in (0, 1))
    visitor.go(one)
    press(page, "查看受影响的考生")
    write(page, reason="题干有歧义")
    press(page, "确认变更")
    page.get_by_role("dialog").get_by_role("button", name="确认变更").click(timeout=SLOW)
    page.wait_for_url(lambda url: url.endswith("/regrade"), timeout=SLOW)
    visitor.go(f"{exam}/statistics")
    press(page, "重新计算")
    page.locator(".flashes").wait_for(timeout=SLOW)
    return {"withdrawn": f"{exam}/regrade", "changing": f"{other}?how=out"}
