"""docs/spec/keyblock.md, section 6: what a node keeps of keys, in one file that is overwritten."""

from keyblock import encode_path, take_path
from vector import Reader, ascending, require

MAX_STATE, MAX_MILLISECONDS = 2**17, (2**63 - 1) // 10**6


def take_time(r):
    milliseconds = r.uint(8)
    require(milliseconds <= MAX_MILLISECONDS, "not-canonical")
    return milliseconds


def take_group(r):
    """Returns id, secret, edition and former secrets of a group."""
    return r.uint(1), r.take(32), r.uint(4), [(r.take(32), take_time(r)) for _ in range(r.uint(1))]


def vector(v):
    require(len(v.data) <= MAX_STATE, "oversized")
    r = Reader(v.data)
    require(r.uint(1) == 1, "version")
    bootstrap, path, window, running = r.take(32), take_path(r), r.uint(2), take_time(r)
    reached, reached_at, day_erased, step_erased = r.uint(2), take_time(r), take_time(r), take_time(r)
    groups = [take_group(r) for _ in range(r.uint(1))]
    epochs = [(r.uint(4), r.uint(2), r.uint(2), r.take(32), r.take(32)) for _ in range(r.uint(1))]
    skipped = [(take_path(r), take_time(r), r.uint(2)) for _ in range(r.uint(1))]
    r.end("oversized")
    numbers = [g for g, _, _, _ in groups]
    require(all(len(former) <= 8 and all(since <= running for _, since in former) for _, _, _, former in groups), "not-canonical")
    require(ascending(numbers) and all(1 <= g <= 127 for g in numbers), "not-canonical")
    serials = [epoch[0] for epoch in epochs]
    require(1 <= len(epochs) <= 64 and ascending(serials[::-1]), "not-canonical")
    require(all(1 <= serial < path.serial for serial in serials), "not-canonical")
    require(all(base >= max(first, window) for _, first, base, _, _ in epochs), "not-canonical")
    serials = [opener.serial for opener, _, _ in skipped]
    require(len(skipped) <= 64 and ascending(serials) and all(s < path.serial for s in serials), "not-canonical")
    times = [reached_at, day_erased, step_erased] + [since for _, since, _ in skipped]
    require(max(times) <= running, "not-canonical")
    says = [f"bootstrap {bootstrap.hex()} path {encode_path(path).hex()} window {window} running {running}",
            f"reached {reached} at {reached_at} day-erased {day_erased} step-erased {step_erased}"]
    for g, secret, edition, former in groups:
        says.append(f"group {g} {secret.hex()} edition {edition}")
        says += [f"before {since} {old.hex()}" for old, since in former]
    says += [f"epoch {serial} first {first} base {base} key {key.hex()} digest {digest.hex()}"
             for serial, first, base, key, digest in epochs]
    says += [f"skipped {encode_path(opener).hex()} since {since} day {day}"
             for opener, since, day in skipped]
    return {"says": " ".join(says)}


FOLDERS = {"message/keyring/testdata/vectors": {"": vector}}
