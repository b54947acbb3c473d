"""History 历史学时: past training brought in by the file, examined row by row, and taken back as a whole.

Nouns: HistoryImport (one file), HistoryLine (one row of it that became a ledger line). Floor 10, beside hours.
"""
