"""The measurements as a page of Markdown, each beside its floor and its target."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

BEGIN, END = "<!-- make bench: from here -->", "<!-- make bench: to here -->"

# What a page is held against: its floor, how many times the floor it may take, how many statements.
FLOORS = {
    "register": ("F1 insert", 2.5, 12),
    "sign": ("F1 insert", 2.5, 12),
    "answer": ("F1 insert", 2.5, 12),
    "one opinion": ("F2 fifty rows", 2, 10),
    "dashboard": ("F2 fifty rows", 2, 12),
}
LIST = ("F2 fifty rows", 2, 8)
MEMORY = 150
SWEEP = "Target: 300 opinions/s with two workers, memory flat; nothing lost, nothing done twice."
WORKBOOK = (
    "`values` is the floor F5: bare openpyxl write_only of the same values; `styles` gives each cell the look that "
    "ours has. Ours reads, decrypts, masks, counts and writes all eight sheets. Target: 0.8 × values by the clock, and "
    "a peak at most 1.2 times as high at 100,000 rows as at 10,000."
)


def target(name: str):
    if name in FLOORS:
        return FLOORS[name]
    return LIST if name.startswith(("list", "search")) else None


@dataclass
class Found:
    """What has been measured so far: pages per size, the peer's per size, what goes on behind, and the lines said by
    the benchmarks of the sweep and of the workbook."""

    ours: list[dict] = field(default_factory=list)
    peers: list[dict] = field(default_factory=list)
    behind: dict = field(default_factory=dict)
    sweep: list[str] = field(default_factory=list)
    workbook: list[str] = field(default_factory=list)


def write(file: Path, found: Found, machine: str) -> None:
    """Between the two marks of `file`; what a person wrote around them stays."""
    before, _mark, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    file.write_text(f"{before}{BEGIN}\n{page(found, machine)}{END}{after}", encoding="utf-8")


def page(found: Found, machine: str) -> str:
    lines = [
        "", f"`make bench`, {date.today()}: {machine}.", "",
        "Each page is asked for over HTTP in turns with all others, so that all of them and their floors meet the same "
        "machine; shown is the median, in milliseconds, and in brackets how many times its floor that is. F1: a bare "
        "ModelForm that inserts a row; F2: fifty rows of an index; F3: a table of 8 × 12 sums; all behind the same "
        "session, login and CSRF middleware. 20,000 opinions are open at every size (at 10,000 all of them). Who asks "
        "for the lists sees the whole prefecture; its counties have frozen every month that is over. Statements count "
        "all that an answer asks of the database, its session read and written, begin and commit excluded. What the "
        "database does for each at the largest size stands in plans/.", "",
    ]  # fmt: skip
    lines += _pages(found.ours)
    lines += _rest(found.ours)
    if found.behind:
        lines += _behind(found.behind)
    if found.sweep:
        lines += ["", "### Fifty thousand due at once", "", SWEEP, "", "```", *found.sweep, "```"]
    if found.workbook:
        lines += ["", "### The workbook", "", WORKBOOK, "", *found.workbook]
    if found.peers:
        lines += _peer(found.peers)
    return "\n".join(lines) + "\n"


def _pages(ours) -> list[str]:
    sizes = [f"{one['opinions']:,}" for one in ours]
    lines = [
        f"| | {' | '.join(sizes)} | statements | largest to smallest | target |",
        "|---" * (len(sizes) + 4) + "|",
    ]
    # The words of a search are chosen by how common they are, and so have another share at each size.
    for place, name in enumerate(ours[0]["pages"]):
        rows = [list(one["pages"].values())[place] for one in ours]
        floor = target(name)
        cells = []
        for one, row in zip(ours, rows, strict=True):
            times = f" ({row['ms'] / one['pages'][floor[0]]['ms']:.1f} ×)" if floor else ""
            cells.append(f"{row['ms']:.1f}{times}")
        growth = f"{rows[-1]['ms'] / rows[0]['ms']:.2f}"
        said = f"{floor[1]} × {floor[0][:2]}, {floor[2]} statements" if floor else ""
        titles = dict.fromkeys(list(one["pages"])[place] for one in ours)
        lines.append(
            f"| {' / '.join(titles)} | {' | '.join(cells)} | {max(r['statements'] for r in rows)} | {growth} | {said} |"
        )
    return lines


def _rest(ours) -> list[str]:
    lines = ["", f"| | {' | '.join(format(one['opinions'], ',') for one in ours)} |"]
    lines.append("|---" * (len(ours) + 1) + "|")

    def row(title, said):
        lines.append(f"| {title} | {' | '.join(said(one) for one in ours)} |")

    row(
        f"a web worker's memory after all of it, MB (under {MEMORY})",
        lambda one: f"{one['memory_after_mb']:.0f}",
    )
    row(
        "idle sweep, ms and statements (under 5, at most 3)",
        lambda one: f"{one['idle']['ms']:.1f} ({one['idle']['statements']})",
    )
    row("first page on an empty cache, kB: staff (at most 150)", lambda one: f"{one['kb']['staff']:.0f}")
    row("the same, portal (at most 60)", lambda one: f"{one['kb']['portal']:.0f}")
    row("its memory before, MB", lambda one: f"{one['memory_before_mb']:.0f}")
    row("verify_ledger, events/s (at least 30,000)", lambda one: _proven(one, "{events_per_second:,.0f}"))
    row("its events", lambda one: _proven(one, "{events:,}"))
    row("its peak memory, MB", lambda one: _proven(one, "{peak_mb:.0f}"))
    row("the ledger", lambda one: _proven(one, "{broken}" if one.get("verify", {}).get("broken") else "ok"))
    row("database, MB", lambda one: f"{one['database_mb']:,.0f}")
    return lines


def _proven(one: dict, said: str) -> str:
    return said.format(**one["verify"]) if "verify" in one else "not asked for"


def _behind(found: dict) -> list[str]:
    half = found["triage_a_second"] / found["F4_tasks_a_second"]
    return [
        "", "### Behind the pages", "",
        "Two worker processes, in a copy of the smallest office.", "",
        "| | seen | target |", "|---|---|---|",
        f"| F4: an empty task through Redis | {found['F4_tasks_a_second']:.0f}/s, {found['F4_end_to_end_ms']:.1f} ms "
        "end to end | |",
        f"| triage tasks | {found['triage_a_second']:.0f}/s ({half:.2f} × F4) | at least 0.5 × F4 |",
        f"| saved → triaged, {found['saved_a_second']:.0f} a second saved by the form | p50 {found['p50_ms']:.0f} ms, "
        f"p95 {found['p95_ms']:.0f} ms, left over {found['untriaged']} | p95 under 1 s |",
        f"| import of {found['imported_rows']:,} rows | {found['imported_a_second']:.0f} rows/s | at least 150 |",
    ]  # fmt: skip


def _peer(peers) -> list[str]:
    lines = [
        "", "### A peer: django-helpdesk", "",
        "In its own environment, with the same words, database server, gunicorn and client; it keeps no ledger, no "
        "deadlines and no personal data apart. Median in milliseconds, statements in brackets.", "",
        f"| | {' | '.join(format(one['opinions'], ',') for one in peers)} |", "|---" * (len(peers) + 1) + "|",
    ]  # fmt: skip
    for name in peers[0]["pages"]:
        cells = [one["pages"][name] for one in peers]
        lines.append(f"| {name} | {' | '.join(map(_cell, cells))} |")
    lines.append(
        f"| a worker's memory, MB | {' | '.join(format(one['memory_after_mb'], '.0f') for one in peers)} |"
    )
    return lines


def _cell(measured) -> str:
    return f"{measured['ms']:.0f} ({measured['statements']})"
