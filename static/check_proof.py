"""Check the proof of a matter without the website: python3 check_proof.py 433101-2026-000001.json

Shows on which day how many steps of the matter were sealed, and the root of that seal: compare it with the one that was
published that day (bulletin, newspaper, e-mail, your own picture)."""

import hashlib
import json
import sys


def root(leaf: str, place: int, size: int, path: list[str]) -> str:  # RFC 9162, 2.1.3.2
    found, last = hashlib.sha256(b"\x00" + leaf.encode()).digest(), size - 1
    for step in map(bytes.fromhex, path):
        if place % 2 or place == last:
            found = hashlib.sha256(b"\x01" + step + found).digest()
            while place and place % 2 == 0:
                place, last = place // 2, last // 2
        else:
            found = hashlib.sha256(b"\x01" + found + step).digest()
        place, last = place // 2, last // 2
    return found.hex() if last == 0 else "too short"


def signed(line: dict) -> str:
    """Whether the key that the line names has signed it; needs the package `cryptography`."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return "signature not checked"
    words = {name: line[name] for name in ("at", "key", "previous", "root", "size")}
    message = ("congress-liaison anchor " + json.dumps(words, sort_keys=True)).encode()
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(line["key"])).verify(
        bytes.fromhex(line["signature"]), message
    )
    return f"signed by {line['key']}"


def main(name: str) -> None:
    with open(name, encoding="utf-8") as file:
        content = json.load(file)
    for proof in content["proofs"]:
        line, (kind, number, steps, _head) = json.loads(proof["anchor"]), proof["leaf"].split(" ")
        if (kind, number) != ("opinion", content["matter"]):
            sys.exit(f"WRONG: {proof['leaf']} is not of this matter")
        if root(proof["leaf"], proof["place"], line["size"], proof["path"]) != line["root"]:
            sys.exit(f"WRONG: {steps} steps of {number} are not under the seal of {line['at']}")
        print(f"ok {number}: {steps} steps sealed {line['at']}, root {line['root']}, {signed(line)}")


main(sys.argv[1])
