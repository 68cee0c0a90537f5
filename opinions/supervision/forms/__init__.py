"""Forms of supervision. They decide nothing."""
