"""People over time, changed by hand: posts, teams, lists, leave, the end of service; units. Dated, never overwritten."""

from app.people.service.changing.events import appraise, recruit, withdraw_event
from app.people.service.changing.leaving import LastDay, end_leave, enter_leave, retire
from app.people.service.changing.lists import end_tag, end_team, enter_tag, join_team
from app.people.service.changing.posts import Terms, appoint, end_post, promote, transfer
from app.people.service.changing.returning import can_return, withdraw_leaving
from app.people.service.changing.subject import closed_years, set_closed_years
from app.people.service.changing.units import close, move, rename
from app.people.service.changing.withdrawing import withdraw_post, withdrawable

__all__ = [
    "LastDay", "Terms", "appoint", "appraise", "can_return", "close", "closed_years", "end_leave", "end_post", "end_tag", "end_team",
    "enter_leave", "enter_tag", "join_team", "move", "promote", "recruit", "rename", "retire", "set_closed_years", "transfer",
    "withdraw_event", "withdraw_leaving", "withdraw_post", "withdrawable",
]  # fmt: skip
