"""Floor 4: certificates of study, one for a live ledger line, numbered without gaps, verifiable by anyone.

Nouns: Certificate (what was printed), CertificateNumber (which person a number belongs to), its check code. A
certificate is valid while its line stands and revoked with it (domain.md §7-6).
"""
