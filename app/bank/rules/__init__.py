"""The rules of questions: kinds, answers, marks, drafts, and the formats they come in. Pure: no web, no database, no clock."""
