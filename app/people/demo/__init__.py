"""The demo city 鹏城市 (Pengcheng): invented units, invented people, the same for the same seed (domain.md §10).

`tree` plans the 1,807 units, `census` how many of whom serve where, `persons` invents each of them in batches,
`cast` names the demo accounts, `load` writes it all. No real person, official or ID number occurs.
"""

from app.people.demo.load import Loaded, appoint_unit_admins, load_people
from app.people.demo.persons import Batch, generate

__all__ = ["Batch", "Loaded", "appoint_unit_admins", "generate", "load_people"]
