"""The transcript as people take it along: one set of words, laid out as page, PDF and workbook."""
