"""docs/spec/shift.md, order.md and section 8 of bundle.md: who works where, orders and what is
said of them, secrets of groups, texts that were sent on, suspensions."""

from identity import check_text, decode_credential
from primitives import label, uint, verify
from vector import Fault, Reader, quoted, require

SHIFT = label("blackstart shift v1")
BEGINS, ENDS = 1, 2
LONGEST_SHIFT, LONGEST_ORDER = 960, 1440


def utf8(text, least, most):
    """Returns a text of so many bytes, with whatever characters."""
    require(least <= len(text) <= most, "not-canonical")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("not-canonical") from None


def begin(data):
    """Takes the first byte of a body, which is its version."""
    require(data, "truncated")
    require(data[0] == 1, "version")
    r = Reader(data)
    r.take(1)
    return r


def shift(data):
    r = begin(data)
    deed, at = r.uint(1), r.uint(4)
    if deed == ENDS:
        r.end("oversized")
        return f"ends at {at}"
    require(deed == BEGINS, "not-canonical")
    minutes, size = r.uint(2), r.uint(1)
    require(r.left() >= size + 64, "truncated")
    raw, signature = r.take(size), r.take(64)
    r.end("oversized")
    try:
        c = decode_credential(raw)
    except Fault:
        raise Fault("not-canonical") from None
    require(1 <= minutes <= LONGEST_SHIFT, "not-canonical")
    signed = verify(c.key, signature, SHIFT, c.operator, uint(2, c.person), uint(2, 4), uint(4, at), uint(2, minutes))
    return (f"person {c.person} {quoted(c.name)} {quoted(c.role)} rights {c.rights} at {at} for {minutes} min, "
            f"credential {raw.hex()}, signed for node 4: {str(signed).lower()}")


def order(data):
    r = begin(data)
    person, minutes, clock = r.uint(2), r.uint(2), r.uint(2)
    require(r.left() > 0, "truncated")
    text = utf8(r.take(r.left()), 1, 1000)
    require(1 <= minutes <= LONGEST_ORDER, "not-canonical")
    return f"person {person}, valid {minutes} min, clock {clock} s: {text}"


def take_reference(r):
    """Returns the order that is meant, and the bytes behind it."""
    origin, day, seq, digest, person, size = r.uint(2), r.uint(2), r.uint(2), r.take(8), r.uint(2), r.uint(1)
    text = r.take(size)
    r.end("oversized")
    require(1 <= origin <= 65534, "not-canonical")
    return f"order {origin}/{day}/{seq} {digest.hex()}, person {person}", text


def readback(data):
    r = begin(data)
    deed = r.uint(1)
    what, text = take_reference(r)
    require(deed in (1, 2), "not-canonical")
    return f"{what}, confirms {str(deed == 2).lower()}: {utf8(text, 0, 250)}"


def cancellation(data):
    what, text = take_reference(begin(data))
    require(len(text) <= 120, "not-canonical")
    return f"{what}: {check_text(text, 0)}"


def group_secret(data):
    r = begin(data)
    group, edition, secret = r.uint(1), r.uint(4), r.take(32)
    r.end("oversized")
    require(1 <= group <= 126 and edition >= 1, "not-canonical")
    return f"group {group}, edition {edition}, secret {secret.hex()}"


def sent_on(data):
    r = Reader(data)
    day, seq, node, created = r.uint(2), r.uint(2), r.uint(2), r.uint(4)
    require(r.left() > 0, "truncated")
    text = utf8(r.take(r.left()), 1, len(data))
    require(1 <= node <= 65534, "not-canonical")
    return f"day {day} number {seq} for node {node} of {created}: {text}"


def suspension(data):
    r = begin(data)
    node, deed, size = r.uint(2), r.uint(1), r.uint(1)
    reason = r.take(size)
    r.end("oversized")
    require(1 <= node <= 65534 and deed in (1, 2) and size <= 120, "not-canonical")
    return f"node {node} lifts {str(deed == 2).lower()}: {check_text(reason, 0)}"


READERS = {"shift": shift, "order": order, "readback": readback, "cancellation": cancellation, "group-secret": group_secret, "sent-on": sent_on,
           "suspension": suspension}
FOLDERS = {"message/bundle/testdata/acts": {
    kind: (lambda v, read=read: {"says": read(v.data)}) for kind, read in READERS.items()}}
