"""The ledger and the records of people ask which years are closed."""

from __future__ import annotations

from app.ledger.service import set_closed_years, set_shut
from app.people.service import changing
from app.years import service

set_closed_years(service.shut_years)
set_shut(service.shut_since)
changing.set_closed_years(service.shut_years)
