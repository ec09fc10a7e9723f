"""docs/spec/plan.md: the channels of a network, as the authority signs them."""

import re

from identity import check_text, private
from primitives import label, verify
from vector import Reader, quoted, require

PLAN = label("blackstart radio plan v1")
MODULATIONS = ("lora", "fsk", "afsk")
REGIONS = ("", "eu868", "eu433", "us915", "licensed", "none")
MOST = 2168


def channel(r):
    first, centre, bandwidth = r.uint(1), r.uint(4), r.uint(3)
    modulation, region = first & 15, first >> 4
    require(modulation < len(MODULATIONS) and region < len(REGIONS), "not-canonical")
    sf = cr = rate = 0
    if modulation == 0:
        setting = r.uint(1)
        sf, cr = setting >> 4, setting & 15
    else:
        rate = r.uint(3)
    power, duty = int.from_bytes(r.take(1), "big", signed=True), r.uint(3)
    name, assignment, remarks = (r.take(r.uint(1)) for _ in range(3))
    return MODULATIONS[modulation], REGIONS[region], centre, bandwidth, sf, cr, rate, power, duty, name, assignment, remarks


def said(c):
    """Checks a channel against the table, and returns what it says."""
    modulation, region, centre, bandwidth, sf, cr, rate, power, duty, name, assignment, remarks = c
    require(centre >= 1000000 and bandwidth, "not-canonical")
    require(5 <= sf <= 12 and 5 <= cr <= 8 if modulation == "lora" else rate, "not-canonical")
    require(-20 <= power <= 60 and duty <= 100000, "not-canonical")
    require(re.fullmatch(rb"[A-Za-z0-9._-]{1,16}", name), "not-canonical")
    require(len(assignment) <= 32 and len(remarks) <= 64, "not-canonical")
    return (f'{quoted(name.decode())} {modulation} {centre} Hz, {bandwidth} Hz, sf {sf} cr {cr} rate {rate}, {power} dBm, '
            f'region {quoted(region)} duty {duty}, {quoted(check_text(assignment, 0))} {quoted(check_text(remarks, 0))}')


def vector(v):
    root, operator, held = private(v.bytes("root-seed")), v.bytes("operator"), v.int("held")
    require(len(v.data) <= MOST, "oversized")
    require(v.data, "truncated")
    require(v.data[0] == 1, "version")
    require(len(v.data) >= 88, "truncated")
    body, signature = v.data[:-64], v.data[-64:]
    r = Reader(body)
    r.take(1)
    owner, edition, start, patience, until, count = r.take(8), r.uint(4), r.uint(4), r.uint(2), r.uint(4), r.uint(1)
    require(count <= 16, "not-canonical")
    channels = [channel(r) for _ in range(count)]
    r.end("oversized")
    require(1 <= edition < 2**31 and 2 <= patience <= 1440 and count, "not-canonical")
    require(until == 0 or until > start, "not-canonical")
    texts = [said(c) for c in channels]
    require(len({c[9] for c in channels}) == count, "not-canonical")
    require(owner == operator, "operator")
    require(verify(root.sign, signature, PLAN, body), "signature")
    require(edition > held, "older")
    return {"says": "; ".join([f"edition {edition} from {start} patience {patience} until {until}"] + texts)}


FOLDERS = {"message/plan/testdata/vectors": {"": vector}}
