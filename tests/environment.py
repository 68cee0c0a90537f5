"""The settings under which tests run, set before Django reads them; what the shell gives wins.

The data folder is their own: neither run.env nor uploads of an installation in var/ may meet a test.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-0123456789")
os.environ.setdefault("HTTPS", "0")
os.environ.setdefault("QUIET_HOURS", "")  # a test may run at night
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
if "PYTEST_XDIST_WORKER" not in os.environ:  # its workers share it
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="liaison-tests-")
    (Path(os.environ["DATA_DIR"]) / "static").mkdir()
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
