"""Hot topics: what many people report. clustering.py finds them in any messages, refresh.py keeps those of a county,
proposals.py adopts one."""
