"""Announcements: lower floors tell upper ones, in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from app.kernel.work import Work

Event = TypeVar("Event")
Listener = Callable[["Work", Any], None]
_listeners: dict[type, list[Listener]] = defaultdict(list)


def on(event: type[Event]) -> Callable[[Callable[[Work, Event], None]], Callable[[Work, Event], None]]:
    """Call the decorated function whenever `event` is announced, in the announcer's transaction."""

    def register(listener: Callable[[Work, Event], None]) -> Callable[[Work, Event], None]:
        if listener not in _listeners[event]:
            _listeners[event].append(listener)
        return listener

    return register


def announce(work: Work, event: object) -> None:
    """Tell every listener, in the order of registration. A listener that refuses undoes the whole act."""
    for listener in tuple(_listeners[type(event)]):
        listener(work, event)


def listeners_of(event: type) -> tuple[Listener, ...]:
    """Who listens to `event` (for the documentation test)."""
    return tuple(_listeners[event])
