"""The ledger and the records of people ask which years are closed."""

from __future__ import annotations

from app.ledger.service import set_closed_years
from app.people.service import changing
from app.years import service

set_closed_years(service.shut_years)
changing.set_closed_years(service.shut_years)
