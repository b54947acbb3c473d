"""An examination that loses its network for two minutes and its device in the middle ends complete (integrity.md §2.3, INV-I15)."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e.conftest import LiveCollege, Visit, Visitor
from tests.e2e.seated import seated
from tests.e2e.steps import SLOW, arrive, press, says

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EXAM = "廉政知识竞赛"
"""Of the demo: nine questions, the result at once."""
AWAY = "ERR_INTERNET_DISCONNECTED|Failed to fetch"
TAKEN = "status of 423"


class Acknowledged(Counter[str]):
    """How often the server has acknowledged an answer to each question, on this page."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        page.on("response", self.note)

    def note(self, response: Response) -> None:
        """Count a saved answer."""
        found = re.search(r"/answers/(\w+)$", response.url)
        if found and response.request.method == "PUT" and response.ok:
            self[found[1]] += 1


def choose(page: Page, number: int, letter: str) -> tuple[str, str]:
    """Go to a question on the answer sheet and press a letter there; the question and the option."""
    page.locator(f".ex-side [data-sheet] a[href='#q{number}']").click()
    page.keyboard.press(letter)
    box = page.locator(f"#q{number}")
    option = box.locator(f"input[data-k='{letter.upper()}']")
    expect(option).to_be_checked()
    return box.get_attribute("data-question") or "", option.get_attribute("value") or ""


def state(page: Page, name: str) -> None:
    """The page says so of its answers."""
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", name, timeout=SLOW)


def ask(visitor: Visitor, path: str) -> Any:
    """What the interface says."""
    answer = visitor.context.request.get(f"{visitor.base}{path}")
    assert answer.ok, answer.text()
    return answer.json()


def begin(visitor: Visitor) -> str:
    """From the list of exams to the paper; the name of the attempt."""
    visitor.go("/exams")
    visitor.page.locator("main li", has_text=EXAM).locator("h3 a").first.click(timeout=SLOW)
    says(visitor.page, "记录不作结论，不影响成绩")
    press(visitor.page, "开始作答")
    return arrive(visitor.page, r"/exams/attempts/([0-9a-f-]{36})")[1]


def listed(value: str | list[str] | None) -> list[str]:
    """The options of an answer."""
    return [] if not value else [value] if isinstance(value, str) else sorted(value)


def test_a_sitting_that_loses_its_network_and_its_device_ends_complete(live: LiveCollege, visit: Visit) -> None:
    first = visit("section")
    attempt, page = begin(first), first.page
    saved, chosen = Acknowledged(page), {}
    for number, letter in ((1, "a"), (2, "b")):
        question, option = choose(page, number, letter)
        chosen[question] = option
        state(page, "ok")

    first.forgive(AWAY)
    first.context.set_offline(True)
    before, queued = dict(saved), []
    for number, letter in ((3, "b"), (4, "a"), (5, "a")):
        question, option = choose(page, number, letter)
        chosen[question] = option
        queued.append(question)
    says(page.locator("[data-saved]"), "网络中断，答案暂存本机")
    live.move_clock(120)  # two minutes pass at the college
    assert dict(saved) == before and not set(queued) & set(ask(first, f"/api/v1/attempts/{attempt}")["answers"])
    first.context.set_offline(False)
    state(page, "ok")
    assert [saved[question] for question in queued] == [1, 1, 1], "each answer given without a network is sent once"
    answers = ask(first, f"/api/v1/attempts/{attempt}")["answers"]
    assert {question: listed(answers[question]["value"])[0] for question in chosen} == chosen

    second = visit("section")
    second.go(f"/exams/attempts/{attempt}")
    says(second.page, "另一台设备")
    press(second.page, "在这里继续")
    arrive(second.page, r"/exams/attempts/")
    expect(second.page.locator(".ex-side [data-sheet] .a")).to_have_count(5, timeout=SLOW)
    press(second.page.locator(".ex-side"), "整卷一页显示")  # the rest is answered by the same keys, all on one page
    expect(second.page.locator("[data-question]:visible")).to_have_count(second.page.locator("[data-question]").count())

    first.forgive(TAKEN)
    choose(page, 6, "b")
    expect(page.locator("dialog[open]")).to_contain_text("继续", timeout=SLOW)
    state(page, "stop")
    assert len(ask(second, f"/api/v1/attempts/{attempt}")["answers"]) == 5, "what the first device says afterwards is not taken"

    receipt = finish(second.page, chosen)
    check(second, attempt, chosen, receipt)


def test_who_signs_in_again_in_another_window_goes_on_where_he_is(visit: Visit) -> None:
    """What is written while nobody is signed in is kept here; the new sign-in takes the attempt over, and all of it is sent."""
    one = visit("manager")
    attempt, page = begin(one), one.page
    one.forgive("status of (401|403|423)")
    chosen = dict([choose(page, 1, "a")])
    state(page, "ok")
    other = one.context.new_page()
    other.goto(f"{one.base}/account")
    token = other.locator("meta[name=csrf-token]").get_attribute("content") or ""
    assert one.context.request.post(f"{one.base}/sign-out", form={"csrf_token": token}).ok
    chosen |= dict([choose(page, 2, "b")])
    state(page, "stop")
    says(page.locator("[data-saved]"), "登录已失效")
    one.page = other
    one.sign_in("manager")
    chosen |= dict([choose(page, 3, "a")])
    state(page, "ok")
    assert page.locator("dialog[open]").count() == 0
    answers = ask(one, f"/api/v1/attempts/{attempt}")["answers"]
    assert {question: one_["value"] for question, one_ in answers.items()} == chosen


def test_what_was_typed_a_moment_ago_survives_a_reload(visit: Visit) -> None:
    """Text is sent when the hand rests; a page that goes away before that keeps it and sends it when it comes back."""
    one = visit("retraining")
    one.go(seated(one)["sitting-case"])
    page, text = one.page, "刚刚写下的最后一句话"
    box = page.locator("textarea").first
    number = page.locator("[data-question]").evaluate_all("all => all.findIndex((one) => one.querySelector('textarea')) + 1")
    page.locator(f".ex-side [data-sheet] a[href='#q{number}']").click()
    page.on("dialog", lambda dialog: dialog.accept())
    box.fill(text)
    page.reload()
    expect(box).to_have_value(text)
    says(page.locator("[data-saved]"), "已保存")
    answers = ask(one, f"/api/v1/attempts/{page.url.rsplit('/', 1)[1]}")["answers"]
    assert text in json.dumps(answers, ensure_ascii=False)
    press(page.locator("header"), "交卷")
    says(page.locator("dialog[open]"), "未答完：")
    expect(page.locator("dialog[open]").get_by_role("button", name=f"第 {number} 题")).to_be_visible()
    expect(page.locator(f".ex-side [data-sheet] a[href='#q{number}']")).to_have_attribute("aria-label", re.compile("未答完"))
    press(page.locator("dialog[open]"), "继续作答")
    second = visit("retraining")
    second.go(page.url.removeprefix(one.base).split("#")[0])
    press(second.page, "在这里继续")
    says(second.page, "答题卡")
    one.forgive(TAKEN)
    box.fill("写在已停止的页面上")
    expect(page.locator("dialog[open]")).to_contain_text("继续", timeout=SLOW)
    expect(page.locator("dialog[open]")).to_have_count(1)


def finish(page: Page, chosen: dict[str, str]) -> str:
    """Answer what is left and hand in; the number of the receipt."""
    count = page.locator("[data-question]").count()
    for number in range(6, count + 1):
        question, option = choose(page, number, "a")
        chosen[question] = option
    state(page, "ok")
    page.locator("header [data-act=hand-in]").click()
    press(page.locator("dialog[open]"), "交卷")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text(re.compile("[A-Z2-7]{4}-[A-Z2-7]{4}"), timeout=SLOW)
    receipt = re.search(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", dialog.inner_text())
    press(dialog, "查看成绩")
    arrive(page, r"/result$")
    assert receipt
    return receipt[0]


def check(visitor: Visitor, attempt: str, chosen: dict[str, str], receipt: str) -> None:
    """Receipt and digest are those of what was chosen, and the mark is that of the key that is given out now."""
    result, paper = ask(visitor, f"/api/v1/attempts/{attempt}/result"), ask(visitor, f"/api/v1/attempts/{attempt}")
    says(visitor.page, receipt)
    says(visitor.page, result["digest"])
    assert result["receipt"] == receipt
    assert {one["question"]: listed(one["answer"])[0] for one in result["questions"]} == chosen
    handed_in = {
        "attempt": attempt, "submitted_at": result["submitted_at"].replace("Z", "+00:00"),
        "answers": {question: [one["rev"], one["value"]] for question, one in paper["answers"].items()},
    }  # fmt: skip
    text = json.dumps(handed_in, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == result["digest"]
    for one in result["questions"]:
        assert (one["outcome"] == "right") == (listed(one["answer"]) == sorted(one["key"])), one["stem"]
    assert result["points"] == sum(one["earned"] for one in result["questions"])
