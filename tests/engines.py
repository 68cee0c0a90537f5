"""What runs once, though the check of a change (.ci/run) has a run on SQLite and one on PostgreSQL. A pytest plugin.

With SPLIT=1 the two runs share the suite: each leaves out what the other runs, and says how many tests and why. Without
it, in `make test`, `make test-services` and `make nightly`, everything runs on the engine at hand. Where a page's own
queries are tried on one engine it is PostgreSQL, which is the stricter and which offices run.

On both engines, always: whatever writes by the named steps (workflow, letters, haves, activities), constraints and
append-only tables, locks and numbers, search, filters, figures, imports and the rule of who sees which row. Each page
is opened on both: for each role on PostgreSQL (test_urls_by_role.py), once on SQLite (test_files_absent.py), so that
none asks what one engine refuses.
"""

import os
from collections import Counter

SQLITE, POSTGRES = "SQLite", "PostgreSQL"
HERE = POSTGRES if os.environ.get("LIAISON_SERVICES") == "1" else SQLITE
SPLIT = os.environ.get("SPLIT") == "1"
NO_DATABASE = "ask no database"
OWN_SQLITE = "bring an SQLite database of their own"
# Path → the engine that is enough, and why the other could not answer differently.
ONE_ENGINE = {
    "tests/sandbox/test_demo.py": (SQLITE, "the demo is made by the same steps, and belongs to make run"),
    "tests/walker/": (SQLITE, "walks through pages by the same steps; make walk takes both engines"),
    "tests/hostile/test_uploads.py": (SQLITE, "files and workbooks are judged before anything is written"),
    "tests/hostile/test_books.py": (SQLITE, "files and workbooks are judged before anything is written"),
    "tests/test_files_absent.py": (
        SQLITE,
        "each page opened once, as test_urls_by_role.py does on PostgreSQL",
    ),
    "tests/test_urls_by_role.py": (
        POSTGRES,
        "each page for each role; test_files_absent.py opens it on SQLite",
    ),
    "tests/common/test_pages.py": (SQLITE, "frame and words of a page"),
    "tests/common/test_language.py": (SQLITE, "frame and words of a page"),
    "tests/common/test_django_messages.py": (SQLITE, "frame and words of a page"),
    "tests/accounts/test_login.py": (SQLITE, "one row by its key: a person who logs in"),
    "tests/accounts/test_passwords.py": (SQLITE, "one row by its key: a person who logs in"),
    "tests/accounts/test_second_factor.py": (SQLITE, "one row by its key: a person who logs in"),
    "tests/letters/test_templates.py": (SQLITE, "texts with gaps and what fills them"),
    "tests/workdays/test_year_page.py": (SQLITE, "one page of one small table"),
    "tests/hostile/test_texts.py": (POSTGRES, "PostgreSQL refuses every text and number that SQLite does"),
    "tests/hostile/test_requests.py": (POSTGRES, "PostgreSQL refuses every text and number that SQLite does"),
    "tests/hostile/test_fuzz.py": (POSTGRES, "PostgreSQL refuses every text and number that SQLite does"),
    "tests/scope/test_walk.py": (
        POSTGRES,
        "words on pages; who sees which row is tried on both by test_scope.py",
    ),
    "tests/sandbox/test_generate.py": (POSTGRES, "load data are for measuring on PostgreSQL"),
    "tests/opinions/pages/": (POSTGRES, "pages of steps that tests/workflow takes on both"),
    "tests/ops/test_home.py": (POSTGRES, "what a page shows; each is opened on SQLite too"),
    "tests/opinions/lists/test_list_pages.py": (
        POSTGRES,
        "what a page shows; each is opened on SQLite too",
    ),
    "tests/deputies/test_pages.py": (POSTGRES, "what a page shows; each is opened on SQLite too"),
    "tests/portal/test_pages.py": (POSTGRES, "what a page shows; each is opened on SQLite too"),
    "tests/portal/test_errors.py": (POSTGRES, "what a page shows; each is opened on SQLite too"),
    "tests/reports/test_month_pages.py": (
        POSTGRES,
        "what a page shows; each is opened on SQLite too",
    ),
    "tests/opinions/lists/test_worklists.py": (POSTGRES, "how many queries a page asks"),
    "tests/letters/test_pages.py": (POSTGRES, "what a page shows; each is opened on SQLite too"),
    "tests/reports/test_unmasked.py": (POSTGRES, "words of files; test_workbook_totals.py has their numbers"),
    "tests/reports/test_made.py": (POSTGRES, "how a file is made in the background"),
    "tests/portal/test_pace.py": (POSTGRES, "how many requests a citizen may send"),
    "tests/portal/test_progress.py": (POSTGRES, "what a page shows; each is opened on SQLite too"),
    "tests/scope/test_secret_walk.py": (POSTGRES, "words on pages and in files, whoever stores them"),
    "tests/scope/test_dump.py": (POSTGRES, "what is sealed is sealed before any engine sees it"),
    "tests/scope/test_forms.py": (POSTGRES, "who sees which row is tried on both by test_scope.py"),
    "tests/realdata/test_answered.py": (POSTGRES, "the steps are those that tests/workflow takes on both"),
    "tests/realdata/test_messy_ledger.py": (
        POSTGRES,
        "imports are tried on both by tests/opinions/importing",
    ),
    "tests/reports/test_article.py": (POSTGRES, "figures are tried on both by test_agreement.py"),
    "tests/reports/test_workbook.py": (
        POSTGRES,
        "how a workbook looks; test_workbook_totals.py has its numbers",
    ),
}
# Fixtures by which a test comes to a database without saying so by a marker.
DATABASE = {
    "db",
    "transactional_db",
    "live_server",
    "django_user_model",
    "admin_user",
    "admin_client",
    "demo",
}
_left_out = Counter()


def asks_a_database(item) -> bool:
    return bool(item.get_closest_marker("django_db") or DATABASE.intersection(item.fixturenames))


def elsewhere(item) -> str:
    """Return why the run on the other engine has this test, "" if it belongs to this run."""
    if item.get_closest_marker("services") or item.get_closest_marker("browser"):
        return ""  # where they cannot run, availability.py says so
    if "engine_url" in item.fixturenames:
        return OWN_SQLITE if HERE == POSTGRES else ""
    if not asks_a_database(item):
        return NO_DATABASE if HERE == POSTGRES else ""
    for path, (engine, why) in ONE_ENGINE.items():
        if item.nodeid.startswith(path):
            return why if engine != HERE else ""
    return ""


def pytest_collection_modifyitems(config, items):
    if not SPLIT:
        return
    reasons = [(item, elsewhere(item)) for item in items]
    gone = [item for item, why in reasons if why]
    _left_out.update(why for _item, why in reasons if why)
    items[:] = [item for item, why in reasons if not why]
    config.hook.pytest_deselected(items=gone)
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = dict(_left_out)


def pytest_testnodedown(node):
    """Take over what a worker left out; all of them collect the same."""
    _left_out.clear()
    _left_out.update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter):
    if not SPLIT:
        return
    other = SQLITE if HERE == POSTGRES else POSTGRES
    terminalreporter.section(f"left to the run on {other}: {sum(_left_out.values())} tests")
    for why, tests in sorted(_left_out.items()):
        terminalreporter.write_line(f"{tests:5} tests: {why}")
