"""Training classes 培训班: which there are, when, and who is in them. Floor 4, above ledger and people (docs/adr/0029)."""
