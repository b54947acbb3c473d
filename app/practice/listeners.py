"""What other domains are told by practice: whose eyes the picture of a question is for."""

from __future__ import annotations

from app.exams.queries import pictures
from app.practice.queries import asks_now

pictures.ASKED.append(asks_now)
