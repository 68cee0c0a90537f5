"""How a transition came about, as the ledger's `via` records it."""

WEB, RULE, PORTAL = "web", "system", "portal"
IMPORT = "import"  # what an office did before, on paper
