"""Reads every test vector of the tree and says whether it is what its head
says: python3 docs/spec/check [root of the tree]. It was written from the
specifications and shares nothing with the Go code that it checks."""

import sys
from pathlib import Path

sys.dont_write_bytecode = True  # the tree stays as it is

import act
import atrest
import bundle
import enrolment
import evidence
import exchange
import frame
import head
import identity
import keyblock
import keyring
import plan
import shares
import proof
import seal
import time_beacon
from vector import Fault, Vector

FOLDERS = {}
for module in (act, atrest, bundle, enrolment, evidence, exchange, frame, head, identity, keyblock, keyring, plan, shares, proof, seal, time_beacon):
    FOLDERS.update(module.FOLDERS)

# What the bytes of a good vector say; all other lines are known before.
SAID = ("says", "header", "content", "proof", "message-key", "beacon", "from", "counter", "under", "item", "head")
FLIPS = 12  # bits of each good vector that are changed, one at a time


def outcome(check, v):
    """Returns the class of what a check found, and the lines that it read."""
    try:
        return "ok", check(v)
    except Fault as fault:
        return str(fault), {}


def flipped(check, v, expected):
    """Reports in how many of some changed copies of a good vector the check
    finds the same as in the original, which none must show."""
    good, unnoticed = v.data, []
    if not good:
        return []
    v.changed = True
    for i in range(FLIPS):
        at = (len(good) * 8 - 1) * i // (FLIPS - 1)
        v.data = bytearray(good)
        v.data[at // 8] ^= 1 << at % 8
        v.data = bytes(v.data)
        if outcome(check, v) == ("ok", expected):
            unnoticed.append(f"bit {at} does not matter")
    v.data = good
    return unnoticed


def examine(v, checks):
    """Returns the class that a vector has, and what is wrong with it."""
    kind = v.get("kind", "") if "" not in checks else ""
    check, want = checks[kind], v.get("expect")
    got, lines = outcome(check, v)
    problems = [] if got == want else [f"is {got}, expected {want}"]
    for key in SAID:
        shown, read = v.all(key), lines.get(key, [])
        read = read if isinstance(read, list) else [read]
        if got == want and shown != read:
            problems.append(f"{key}: read {read}\n    expected {shown}")
    problems += [f"nobody reads its line {key!r}" for key in sorted(v.unread)]
    if got == "ok" and not problems and not getattr(check, "loose", False):
        problems += flipped(check, v, lines)
    return got, problems


def vectors_below(root):
    """Returns the paths of all vectors below a root by their folder: files that
    end in .txt, lie somewhere below a folder "testdata", and say what to expect."""
    found = {}
    for path in sorted(root.rglob("testdata/**/*.txt")):
        folder = path.parent.relative_to(root)
        if folder.parts[0] != ".git" and path.read_bytes().partition(b"\n\n")[0].find(b"expect: ") >= 0:
            found.setdefault(folder.as_posix(), []).append(path)
    return found


def read(path, checks):
    """Returns the class of a file and what is wrong with it."""
    if not checks:
        return "unread", ["no check for this folder"]
    try:
        return examine(Vector(path), checks)
    except (ValueError, KeyError) as err:
        return "unread", [f"{type(err).__name__}: {err}"]


def main(root):
    bad, total, found = 0, 0, vectors_below(root)
    print(f"{'vectors':36} {'files':>5} {'good':>5}  faulty ones by class")
    for folder, paths in found.items():
        counts = {}
        for path in paths:
            got, problems = read(path, FOLDERS.get(folder))
            counts[got] = counts.get(got, 0) + 1
            bad += bool(problems)
            for problem in problems:
                print(f"FAILED {folder}/{path.name}: {problem}")
        faulty = ", ".join(f"{name} {n}" for name, n in sorted(counts.items()) if name != "ok")
        total += len(paths)
        print(f"{folder:36} {len(paths):5} {counts.get('ok', 0):5}  {faulty}")
    for folder in sorted(FOLDERS.keys() - found.keys()):
        bad += 1
        print(f"FAILED {folder}: has no vectors")
    print(f"{total} vectors, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[3]).resolve()))
