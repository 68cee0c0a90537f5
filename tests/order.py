"""In which order the suite runs: what waits for real processes comes first, so that at the end no worker is left with
a long tail while the other has nothing to do. A pytest plugin.
"""

LONG = [
    "tests/reliability/test_failures.py",
    "tests/reliability/",
    "tests/ops/",
    "tests/realdata/",
    "tests/sandbox/test_demo.py",
    "tests/journeys/",
    "tests/hostile/",
]


def pytest_collection_modifyitems(items):
    items.sort(
        key=lambda item: next((n for n, path in enumerate(LONG) if item.nodeid.startswith(path)), len(LONG))
    )
