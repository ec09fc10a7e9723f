"""Reads every test vector of the tree and says whether it is what its head
says: python3 docs/spec/check [root of the tree]. It was written from the
specifications and shares nothing with the Go code that it checks."""

import sys
from pathlib import Path

import bundle
import identity
import keyblock
from vector import Fault, Vector

FOLDERS = {}
for module in (bundle, identity, keyblock):
    FOLDERS.update(module.FOLDERS)

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
    shown = {key: v.get(key) for key in ("says", "header", "content", "proof", "beacon") if v.all(key)}
    for key in sorted(shown.keys() | lines.keys()):
        if got == want and shown.get(key) != lines.get(key):
            problems.append(f"{key}: read {lines.get(key)}\n    expected {shown.get(key)}")
    problems += [f"nobody reads its line {key!r}" for key in sorted(v.unread)]
    if got == "ok" and not problems:
        problems += flipped(check, v, lines)
    return got, problems


def vector_folders(root):
    """Returns the folders of vectors below a root, relative to it."""
    return sorted(p.relative_to(root) for p in root.rglob("testdata/vectors") if ".git" not in p.parts)


def main(root):
    bad, total = 0, 0
    print(f"{'vectors of':24} {'files':>5} {'good':>5}  faulty ones by class")
    for folder in vector_folders(root):
        owner = folder.parent.parent.as_posix()
        counts, checks = {}, FOLDERS.get(owner)
        for path in sorted((root / folder).iterdir()):
            total += 1
            try:
                got, problems = examine(Vector(path), checks) if checks else ("unread", ["no check for this folder"])
            except (ValueError, KeyError) as err:
                got, problems = "unread", [f"{type(err).__name__}: {err}"]
            counts[got] = counts.get(got, 0) + 1
            bad += bool(problems)
            for problem in problems:
                print(f"FAILED {path.relative_to(root)}: {problem}")
        faulty = ", ".join(f"{name} {n}" for name, n in sorted(counts.items()) if name != "ok")
        print(f"{owner:24} {sum(counts.values()):5} {counts.get('ok', 0):5}  {faulty}")
    for owner in sorted(FOLDERS.keys() - {f.parent.parent.as_posix() for f in vector_folders(root)}):
        bad += 1
        print(f"FAILED {owner}: has no vectors")
    print(f"{total} vectors, {bad} failed")
    return 1 if bad or not total else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[3]).resolve()))
