"""A document in SBML or Antimony becomes equations: nothing of it is computed here."""
