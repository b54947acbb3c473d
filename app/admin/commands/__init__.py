"""Commands of the house: from an empty machine to a college, and back from a backup."""

from .backup import backup
from .prepare import demo_group, prepare

commands = [prepare, demo_group, backup]
