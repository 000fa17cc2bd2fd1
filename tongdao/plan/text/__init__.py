"""A plan's own text read by rules: numbers (sentence), clauses (outline), targets, a plan file of them (proposal)."""
