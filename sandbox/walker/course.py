"""Many walks, one after the other; and of a fault the shortest journal that still shows it."""

from dataclasses import dataclass, field

from .door import LockedOut
from .drawn import draw
from .walk import Failed, Fault, Walk

REPLAYS = 40  # tries to make a journal shorter


@dataclass
class Course:
    steps: int = 0
    walks: int = 0
    faults: dict = field(default_factory=dict)


def course(
    seed, steps, *, length=1000, world="", keep_going=False, known=frozenset(), say=lambda line: None
) -> Course:
    """Walks from `seed` on until `steps` are walked. Stops at the first fault unless `keep_going`."""
    done, known = Course(), set(known)
    while done.steps < steps:
        drawn = draw(seed + done.walks, world)
        say(drawn.told())
        walk = Walk(drawn, keep_going=keep_going, known=frozenset(known))
        try:
            walk.run(min(length, steps - done.steps))
        except LockedOut:
            pass  # the fault says who
        except Failed as failed:
            say(report(*shortest(walk, failed.fault, known)))
        if keep_going or not walk.faults:
            say(f"  {walk.steps} steps; " + ", ".join(f"{kind} {n}" for kind, n in walk.done.most_common()))
        done.steps, done.walks = done.steps + walk.steps, done.walks + 1
        for signature, fault in walk.faults.items():
            done.faults.setdefault(signature, fault)
            known.add(signature)
            if keep_going:
                say(f"  {said(fault)}")
        if walk.faults and not keep_going:
            break
    return done


def said(fault: Fault) -> str:
    return (
        f"[seed {fault.seed} step {fault.step} turn {fault.turn}] {fault.kind}: {fault.where}: {fault.detail}"
    )


def shortest(walk: Walk, fault: Fault, known=frozenset()) -> tuple[Fault, Walk]:
    """The fault and a walk that shows it in few turns: first only what is about the same opinion, then ever smaller
    parts left out, as long as the same fault comes."""
    tries, best, turns = 0, walk, list(walk.turns)

    def shows(some) -> bool:
        nonlocal tries, best
        tries += 1
        again = Walk(walk.drawn, known=frozenset(known))
        try:
            again.replay(some)
        except Failed as failed:
            if failed.fault.signature == fault.signature:
                best = again
                return True
        except Exception:  # a part of the story without which the rest cannot be told
            return False
        return False

    about = fault.about
    label = about.removesuffix("b")
    own = [t for t in turns if t.about in (about, label) or f"o{t.number}" == label or t is turns[-1]]
    if about and shows(own):
        turns = own
    size = len(turns) // 2
    while size and tries < REPLAYS:
        start = 0
        while start < len(turns) - 1 and tries < REPLAYS:
            fewer = turns[:start] + turns[min(start + size, len(turns) - 1) :]
            if len(fewer) < len(turns) and shows(fewer):
                turns = fewer
            else:
                start += size
        size //= 2
    return fault, best


def report(fault: Fault, walk: Walk) -> str:
    """For a person: what is wrong, in which office, and who did what until then."""
    lines = [said(fault), walk.drawn.told(), f"{len(walk.turns)} turns, {len(walk.journal)} pages and forms:"]
    turns = {turn.number for turn in walk.turns}
    for entry in walk.journal:
        if entry.turn in turns or not entry.turn:
            values = f" {entry.values}" if entry.values else ""
            lines.append(f"  {entry.at:%m-%d %H:%M} {entry.who:<18} {entry.status} {entry.did}{values}")
    if len(lines) > 120:
        lines = [*lines[:3], f"  … {len(lines) - 100} lines of the set-up and before left out", *lines[-97:]]
    return "\n".join(lines)
