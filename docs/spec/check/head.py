"""docs/spec/receipt.md: heads, by which an origin signs in arrears."""

from primitives import label, sha256
from vector import Reader, require

HEAD = label("blackstart head v1")
MAX_SPAN, MAX_BACK = 2048, 31


def decode(body, own_day):
    """Returns day, first and last number, the listed ones and the digest of a head
    that came in a bundle of a day."""
    r = Reader(body)
    back, first = r.uint(1), r.uint(2)
    require(back <= MAX_BACK and back <= own_day, "not-canonical")
    span = r.uvarint() + 1
    require(span <= MAX_SPAN and first + span <= 65536, "not-canonical")
    bitmap = int.from_bytes(r.take((span + 7) // 8), "little")
    require(bitmap >> span == 0, "not-canonical")
    listed = [first + i for i in range(span) if bitmap >> i & 1]
    digest = r.take(32) if listed else bytes(32)
    r.end("oversized")
    return own_day - back, first, first + span - 1, listed, digest


def covers(digest, hashes):
    """Reports whether a digest is that of bundles with these hashes, ascending by
    their numbers."""
    return digest == sha256(HEAD, *hashes)


def vector(v):
    day, first, last, listed, digest = decode(v.data, v.int("day"))
    return {"head": f"day {day}, {first} to {last}, listed [{' '.join(map(str, listed))}], digest {digest.hex()}"}


FOLDERS = {"message/bundle/testdata/heads": {"": vector}}
