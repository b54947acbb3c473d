"""The ledger asks which years are closed."""

from __future__ import annotations

from app.ledger.service import set_closed_years
from app.years import service

set_closed_years(service.shut_years)
