"""The certification desk 学时认定: what waits for the unit or the authority, decided by one or by the thousand, with ten seconds to undo.

Nouns: Held (a decision that waits its ten seconds), Sample (a course drawn for audit). Floor 11: it composes claims and course credits.
"""
