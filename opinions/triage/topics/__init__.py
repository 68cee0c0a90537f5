"""Hot topics: the same trouble told by many. cluster.py finds them in any messages, nightly.py keeps a county's,
proposals.py takes one up."""
