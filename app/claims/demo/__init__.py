"""Claims of the demo city: those of the demo accounts by the services a person uses, those of everybody else in bulk."""

from app.claims.demo.city import load_city
from app.claims.demo.planned import load_planned

__all__ = ["load_city", "load_planned"]
