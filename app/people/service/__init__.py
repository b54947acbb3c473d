"""What may be done about people and accounts; the only door for other domains."""

from app.people.service.identity import PasswordChangeRequired, actor_for, device_label, identify, password_gate, today
from app.people.service.passwords import end_doors
from app.people.service.roles import Charter, charter

__all__ = ["Charter", "PasswordChangeRequired", "actor_for", "charter", "device_label", "end_doors", "identify", "password_gate", "today"]
