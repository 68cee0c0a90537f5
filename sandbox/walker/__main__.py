"""`python -m sandbox.walker --steps 2000 --seed 1`: walks over a throwaway database of the engine that is set."""

import argparse
import logging
import os
import sys
import time
import warnings


def main() -> int:
    said = argparse.ArgumentParser(prog="sandbox.walker", description=__doc__)
    said.add_argument(
        "--seed", type=int, default=1, help="the first walk's seed; each further walk takes the next"
    )
    said.add_argument("--steps", type=int, default=2000, help="pages read and forms sent in all")
    said.add_argument("--length", type=int, default=1000, help="steps of one walk")
    said.add_argument("--world", default="", choices=["", "empty", "furnished"])
    said.add_argument(
        "--keep-going", action="store_true", help="list every kind of fault instead of stopping at the first"
    )
    asked = said.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")
    import django

    warnings.filterwarnings("ignore", "No directory at")  # static files are not collected here
    django.setup()
    logging.disable(logging.ERROR)
    from django.db import connection

    from .course import course

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        began = time.perf_counter()
        found = course(
            asked.seed, asked.steps, length=asked.length, world=asked.world, keep_going=asked.keep_going,
            say=lambda line: print(line, flush=True),
        )  # fmt: skip
        print(
            f"{found.steps} steps in {found.walks} walks, {time.perf_counter() - began:.0f} s, {connection.vendor}: ",
            end="",
        )
        print(f"{len(found.faults)} kinds of faults" if found.faults else "clean")
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
