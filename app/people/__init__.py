"""Who studies and who decides: units, persons, posts, teams, accounts, roles and the jurisdictions they reach.

Nouns: Unit, Person, Appointment, TeamMembership, CadreTag, Leave, Account, SignIn, RoleGrant, Jurisdiction.
A person's posts and teams carry valid time (from, to, both inclusive) and recorded time (recorded, superseded), so
that a judgement made last year can be repeated with what was known then. Floor 2.
"""
