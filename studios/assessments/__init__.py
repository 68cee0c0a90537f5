"""Assessment criteria (五有): the table of states, the measures, the one write path, forms and pages."""
