"""A user agent in a few words a person recognises."""

from __future__ import annotations

_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("360", "360"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """ "Chrome · Windows"; an unknown agent by its first word."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return " · ".join(word for word in (browser, system) if word) or user_agent.split("/")[0][:40]
