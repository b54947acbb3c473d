"""Floor 3: the register of study hours, append-only and provable.

Nouns: LedgerEntry (a line), LedgerSlot (the one live credit of an activity), LedgerHead (the end of a person's chain),
LedgerSeal (a signed head of the one Merkle tree of all lines). It records for everyone and knows no one above it.
"""
