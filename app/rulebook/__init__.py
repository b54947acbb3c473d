"""Rule sets of study hours: what a course is worth, what a person must reach, and why.

Nouns: RuleSet, Requirement, Conversion, Evaluation. A pure engine (`rules/`) judges; the rule sets themselves are
versioned files under content/rules, immutable once used. Floor 1: everything above may ask.
"""
