"""docs/spec/exchange.md, section 4: how neighbours find what each of them lacks."""

from bundle import full_day
from frame import take_id
from vector import Fault, Reader, require

MAX_NUMBER, MAX_NODE, MAX_STREAMS, WHOLE_DAY = 65535, 65534, 4096, 32


def number(r):
    value = r.uvarint()
    require(value <= MAX_NUMBER, "malformed")
    return value


def take_set(r):
    """Returns the runs of a set, each as its first and last number."""
    runs, after = [], 0
    for _ in range(number(r)):
        first = after + number(r)
        last = first + number(r)
        require(last <= MAX_NUMBER, "malformed")
        runs.append((first, last))
        after = last + 2
    return runs


def take_bound(r, whole, today):
    """Takes one end of a part of an origin."""
    day = r.uint(1)
    require(day <= WHOLE_DAY, "malformed")
    return whole if day == WHOLE_DAY else (full_day(day, today), r.uint(2))


def segment(data, today):
    r = Reader(data)
    origin = r.uint(2)
    begin, end = (0, 0), (MAX_NUMBER, MAX_NUMBER)
    if origin == 0:
        origin = last = r.uint(2)
        begin, end = take_bound(r, begin, today), take_bound(r, end, today)
    else:
        last = r.uint(2)
    require(1 <= origin <= last <= MAX_NODE and (origin < last or begin <= end), "malformed")
    says, streams = [f"from {show((origin, *begin))} to {show((last, *end))}"], {}
    while r.left():
        origin += number(r)
        day = r.uint(1)
        require(origin <= last and day < WHOLE_DAY, "malformed")
        stream = (origin, full_day(day, today))
        seen, receipts = take_set(r), take_set(r)
        require(stream not in streams and len(streams) < MAX_STREAMS, "malformed")
        streams[stream] = f"stream {stream[0]}/{stream[1]} seen {show_runs(seen)} receipts {show_runs(receipts)}"
    return " ".join(says + [streams[stream] for stream in sorted(streams)])


def show(bundle_id):
    return "/".join(map(str, bundle_id))


def show_runs(runs):
    return "[" + " ".join(f"{first}-{last}" for first, last in runs) + "]"


def variants(data, today):
    r = Reader(data)
    kind = r.uint(1)
    require(kind <= 3, "malformed")
    says = [f"type {kind}"]
    if kind in (1, 2):
        says.append(f"from {show(take_id(r, today))} to {show(take_id(r, today))}")
    require(r.left() or kind in (1, 2), "malformed")
    while r.left():
        if kind == 0:
            says.append(f"from {show(take_id(r, today))} to {show(take_id(r, today))} sum {r.take(4).hex()}")
        else:
            says.append(f"bundle {show(take_id(r, today))} {r.take(3).hex()}")
    return " ".join(says)


def mix(h):
    h ^= h >> 33
    h = h * 0xFF51AFD7ED558CCD % 2**64
    h ^= h >> 33
    h = h * 0xC4CEB9FE1A85EC53 % 2**64
    return (h ^ h >> 33) & 0xFFFFFFFF


def element(bundle_id, kind):
    origin, day, sequence = map(int, bundle_id.split("/"))
    return mix(origin << 33 | day << 17 | sequence << 1 | kind)


def malformed(read):
    """Returns the check of one kind of item, which has one class of failure."""
    def vector(v):
        today = v.int("today")
        try:
            return {"says": read(v.data, today)}
        except Fault:
            raise Fault("malformed") from None
    return vector


def summary_vector(v):
    v.int("today")
    bundles, receipts, total = v.all("bundle"), v.all("receipt"), 0
    for bundle_id, bundle_hash in map(str.split, bundles):
        total ^= mix(element(bundle_id, 0) << 32 ^ int(bundle_hash, 16))
    for bundle_id in receipts:
        total ^= element(bundle_id, 1)
    require(v.data == total.to_bytes(4, "big"), "other")
    return {"says": f"summary {total:08x}"}


FOLDERS = {"routing/testdata/vectors": {
    "segment": malformed(segment), "variants": malformed(variants), "summary": summary_vector}}
