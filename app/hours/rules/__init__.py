"""What can be said of a year beyond its verdict: how it goes on, what would close it, how a cycle was spent. Pure."""

from .closing import Choice, Gap, Plan, Reader, Step, gaps, plan
from .cycle import CycleYear, by_year
from .year import (
    WEEKS,
    Column,
    Credit,
    Forecast,
    Month,
    MonthChart,
    Outlook,
    Urgency,
    by_month,
    forecast,
    month_chart,
    month_pace,
    share,
    urgency,
)

__all__ = [
    "WEEKS", "Choice", "Column", "Credit", "CycleYear", "Forecast", "Gap", "Month", "MonthChart", "Outlook", "Plan", "Reader", "Step", 
    "Urgency",     "by_month", "by_year", "forecast", "gaps", "month_chart", "month_pace", "plan", "share", "urgency",
]  # fmt: skip
