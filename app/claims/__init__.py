"""Self-study claims 在职自学认定: what a person studied elsewhere, proved, checked by two people, and then in the ledger.

Nouns: Kind (what can be claimed, as data), Claim, ClaimEvidence, ClaimTrail, Appeal. Floor 9.
"""
