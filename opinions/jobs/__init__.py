"""What runs without anybody asking: the sweep, the nightly erasing, Celery's tasks."""
