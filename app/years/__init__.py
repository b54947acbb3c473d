"""Years 年度结账: an accounting year is closed by two people and restated when it changes; rules are tried before they count.

Nouns: AccountingYear, YearReport (one issue of it), YearChange, IncompletionDecision, RuleChange. Floor 12.
"""
