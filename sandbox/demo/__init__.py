"""The demo office: real areas, invented people, fourteen months of work through the ordinary actions."""
