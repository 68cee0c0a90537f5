"""Work that runs without anybody asking: the sweep, the nightly erasure, Celery's tasks."""
