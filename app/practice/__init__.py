"""每日一练、自测、错题本: practice without a record. Nothing here reaches the ledger, an hour, or a question kept for examinations."""
