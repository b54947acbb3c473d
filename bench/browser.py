"""G12: what a page weighs and when it stands, in a real Chromium: cold, warm, and on a processor four times slower."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.figures import Figure
from bench.load import Result
from bench.servers import Server

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
WATCH = """
window.seen = {lcp: 0, blocked: 0};
new PerformanceObserver(list => { for (const one of list.getEntries()) seen.lcp = one.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries()) seen.blocked += Math.max(0, one.duration - 50); })
  .observe({type: "longtask", buffered: true});
"""


@dataclass(frozen=True)
class Visit:
    """One load of a page: bytes over the wire, bytes of scripts, requests, LCP and blocking time in ms."""

    kilobytes: float
    script_kilobytes: float
    requests: int
    lcp_ms: float
    blocked_ms: float


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium."""
    with sync_playwright() as playwright:
        where = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=where, args=ARGUMENTS)
        yield browser
        browser.close()


def visit(page: Page, url: str, *, slower: float = 1) -> Visit:
    """Load `url` and read what it cost; the media of a player do not count."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    devtools.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    devtools.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(url, wait_until="networkidle")
    seen = page.evaluate("window.seen")
    devtools.detach()
    counted = {one: size for one, size in sizes.items() if kinds.get(one) not in ("Media", "XHR", "Fetch")}
    scripts = sum(size for one, size in counted.items() if kinds.get(one) == "Script")
    return Visit(sum(counted.values()) / 1000, scripts / 1000, len(counted), seen["lcp"], seen["blocked"])


def signed_in(browser: Browser, server: Server, password: str) -> BrowserContext:
    """A browser with an empty cache in which a cadre has signed in."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(f"{server.url}/sign-in")
    page.fill("[name=user_name]", "section")
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{server.url}/")
    cookies = context.cookies()
    context.close()
    fresh = browser.new_context(viewport={"width": 1366, "height": 768})
    fresh.add_init_script(WATCH)
    fresh.add_cookies(cookies)  # type: ignore[arg-type]
    return fresh


def pages_in_chromium(server: Server, _hello: Result, password: str) -> list[Figure]:
    """Home cold, warm and slowed down; the player with its HLS library."""
    with chromium() as browser:
        context = signed_in(browser, server, password)
        page = context.new_page()
        cold = visit(page, f"{server.url}/")
        warm = visit(page, f"{server.url}/")
        page.goto(f"{server.url}/courses", wait_until="networkidle")
        course = page.locator("a[href^='/courses/']").first.get_attribute("href") or ""
        page.goto(f"{server.url}{course}", wait_until="networkidle")
        lecture = page.locator("a[href*='/lectures/']").first.get_attribute("href") or ""
        context.close()
        context = signed_in(browser, server, password)
        slow = visit(context.new_page(), f"{server.url}/", slower=4)
        context.close()
        context = signed_in(browser, server, password)
        player = visit(context.new_page(), f"{server.url}{lecture}")
        context.close()
    return [
        Figure("G12", "home, cold cache, over the wire", cold.kilobytes, 250, "kB", f"{cold.requests} requests, LCP {cold.lcp_ms:.0f} ms"),
        Figure("G12", "scripts of home, cold", cold.script_kilobytes, 60, "kB"),
        Figure("G12", "requests of home, cold", cold.requests, 15, ""),
        Figure("G12", "home, warm cache", warm.kilobytes, 25, "kB"),
        Figure("G12", "blocking time of home, cold", cold.blocked_ms, 50, "ms"),
        Figure("G12", "LCP of home, cold", cold.lcp_ms, 1100, "ms"),
        Figure("G12", "LCP of home on a processor four times slower", slow.lcp_ms, 2000, "ms"),
        Figure("G12", "player page with its HLS library, cold", player.kilobytes, 450, "kB", f"{player.requests} requests"),
    ]
