"""docs/spec/frame.md: what a link carries in one go."""

import transfers
from bundle import full_day
from primitives import aes_ctr, hmac, label, same
from vector import Fault, Reader, ascending, require

FRAME = label("blackstart frame v1")
MIN_FRAME, MAX_FRAME, MAX_NODE = 9, 32768, 65534
HELLO, VECTOR, BUNDLE, FRAGMENT, NEED, ACCEPT, RECEIPT, KEY_HELLO, KEY_PART, KEY_ASK, CHALLENGE, VARIANTS, HEARING = range(13)
BOOTSTRAP_KINDS = (KEY_HELLO, KEY_PART, KEY_ASK)
MAX_PIECES, MAX_BLOCK, MAX_BUNDLE = 1024, 64, 16384
MAX_KEY_PART, MAX_SERIAL, MAX_CHALLENGED, MAX_RECEPTIONS = 204, 2**31 - 1, 16, 64


def high_bits(plain):
    """Returns the high bits of the counter for what a trial decrypted (from the
    first byte on), as a receiver guesses them that has heard nothing before."""
    first, kind, r = plain[0], plain[0] & 15, Reader(plain)
    r.take(5 if first & 16 else 3)
    if first & 16 and kind not in (HELLO, KEY_HELLO):
        return bytes(2)
    if first & 32:
        r.uvarint()
    if not first & 16:
        require(kind == BUNDLE and r.left() >= 3, "unauthentic")
    return r.take(2) if kind in (HELLO, KEY_HELLO) else bytes(2)


def trial(mac, enc, data):
    """Returns what a key decrypts, and the counter, if the tag is right."""
    tag, plain = data[:6], aes_ctr(enc, data[6:], data[:6] + bytes(10))
    try:
        high = high_bits(plain)
    except Fault:
        return None
    if not same(hmac(mac, FRAME, high, plain)[:6], tag):
        return None
    return plain, int.from_bytes(high + plain[1:3], "big")


def take_items(plain):
    """Returns the transmitter and the items of an authentic frame."""
    r, first = Reader(plain), plain[0]
    r.take(3)
    named = r.uint(2) if first & 16 else 0
    items = []
    if first & 32:
        items.append((first & 15, r.take(r.uvarint())))
        while r.left():
            items.append((r.uint(1), r.take(r.uvarint())))
        require(len(items) > 1 and all(kind < 16 for kind, _ in items), "malformed")
    else:
        items.append((first & 15, r.take(r.left())))
    kind, body = items[0]
    origin = int.from_bytes(body[1:3], "big") if kind == BUNDLE and len(body) >= 3 else 0
    transmitter = named if first & 16 else origin
    require(1 <= transmitter <= MAX_NODE and not (first & 16 and named == origin), "malformed")
    return transmitter, items


def frame_vector(v):
    keys = [tuple(map(bytes.fromhex, line.split())) for line in v.all("link")]
    links = len(keys)
    keys += [tuple(map(bytes.fromhex, line.split())) for line in v.all("bootstrap")]
    data = v.data + bytes(v.int("length", str(len(v.data))) - len(v.data))
    require(len(data) >= MIN_FRAME, "truncated")
    require(len(data) <= MAX_FRAME, "oversized")
    for i, (mac, enc) in enumerate(keys):
        found = trial(mac, enc, data)
        if found and (found[0][0] >> 6 == 0 or i == 0):
            break
    else:
        raise Fault("unauthentic")
    plain, counter = found
    require(plain[0] >> 6 == 0, "version")
    try:
        transmitter, items = take_items(plain)
    except Fault:
        raise Fault("malformed") from None
    require(all((kind in BOOTSTRAP_KINDS) == (i >= links) for kind, _ in items), "misplaced")
    return {"from": str(transmitter), "counter": f"{counter:08x}", "under": f"key {i + 1}",
            "item": [f"{kind} {body.hex()}" for kind, body in items]}


def take_node(r):
    number = r.uint(2)
    require(1 <= number <= MAX_NODE, "malformed")
    return number


def take_id(r, today):
    """Takes the id of a bundle, with epoch 0, as origin, day and sequence."""
    origin, day, sequence = take_node(r), r.uint(1), r.uint(2)
    require(day & 7 == 0, "malformed")
    return origin, full_day(day >> 3, today), sequence


def hello(r, _):
    return f"high {r.uint(2)} summary {r.take(4).hex()} flags {r.uint(1)}"


def take_fragment(r):
    """Takes a fragment: transfer, count, index and data."""
    require(r.left() >= 5, "truncated")
    transfer, count = r.take(2), r.uvarint()
    require(count <= MAX_PIECES, "oversized")
    require(count >= 1, "malformed")
    index = r.uint(1 if count <= MAX_BLOCK else 2)
    require(r.left(), "truncated")
    data = r.take(r.left())
    require((count - 1) * len(data) <= MAX_BUNDLE and len(data) <= MAX_BUNDLE + 1, "oversized")
    require(transfers.place(count, index)[1] < 255, "malformed")
    return transfer, count, index, data


def fragment(r, _):
    transfer, count, index, data = take_fragment(r)
    return f"transfer {transfer.hex()} shard {index} of {count} data {data.hex()}"


def transfer_vector(v):
    """Checks a transfer: the bytes are its last fragment."""
    shards = []
    for data in [bytes.fromhex(line) for line in v.all("fragment")] + [v.data]:
        try:
            shards.append(take_fragment(Reader(data)))
        except Fault:
            raise Fault("conflict") from None
    return {"says": "bundle " + transfers.join(shards).hex()}


def need(r, _):
    require(r.left() >= 5, "truncated")
    require(r.left() <= 4 + 16, "oversized")
    to, transfer, more = take_node(r), r.take(2), list(r.take(r.left()))
    require(max(more) <= MAX_BLOCK and more[-1] > 0, "malformed")
    return f"to {to} transfer {transfer.hex()} more [{' '.join(map(str, more))}]"


def accept_fields(r, today):
    """Takes an acceptance: for whom, its MAC, and ids as origin, day and sequence."""
    to, mac, ids = take_node(r), r.take(8), []
    require(r.left() >= 5, "truncated")
    require(r.left() % 5 == 0, "malformed")
    while r.left():
        ids.append(take_id(r, today))
    require(ascending(ids), "malformed")
    return to, mac, ids


def accept(r, today):
    to, mac, ids = accept_fields(r, today)
    shown = " ".join("/".join(map(str, i)) for i in ids)
    return f"to {to} mac {mac.hex()} ids [{shown}]"


def receipt(r, today):
    origin, day, sequence = take_id(r, today)
    return f"id {origin}/{day}/{sequence} proof {r.take(8).hex()}"


def key_hello(r, _):
    high, serial, day, flags = r.uint(2), r.uint(4), r.uint(2), r.uint(1)
    require(1 <= serial <= MAX_SERIAL, "malformed")
    return f"high {high} serial {serial} day {day} flags {flags}"


def key_part(r, _):
    serial, part = r.uint(4), r.uint(1)
    cut, serial, piece, pieces = serial >> 31, serial & MAX_SERIAL, 0, 1
    if cut:
        byte = r.uint(1)
        piece, pieces = byte >> 4, (byte & 15) + 1
        require(pieces > 1 and piece < pieces, "malformed")
    require(r.left(), "truncated")
    require(r.left() <= MAX_KEY_PART, "oversized")
    require(serial >= 1 and (piece == pieces - 1 or r.left() * (pieces - 1) <= MAX_KEY_PART), "malformed")
    return f"serial {serial} part {part} piece {piece} of {pieces} data {r.take(r.left()).hex()}"


def key_ask(r, _):
    to, serial = take_node(r), r.uint(4)
    require(r.left(), "truncated")
    require(r.left() <= 32, "oversized")
    bits = r.take(r.left())
    require(1 <= serial <= MAX_SERIAL and bits[-1] != 0, "malformed")
    parts = [i for i in range(8 * len(bits)) if bits[i // 8] >> i % 8 & 1]
    return f"to {to} serial {serial} parts [{' '.join(map(str, parts))}]"


def challenge(r, _):
    form = r.uint(1)
    require(form in (0, 1), "malformed")
    if form == 1:
        return f"echo to {take_node(r)} mac {r.take(8).hex()}"
    nonce, numbers = r.take(4), []
    require(r.left() <= 2 * MAX_CHALLENGED, "oversized")
    require(r.left() % 2 == 0, "malformed")
    while r.left():
        numbers.append(take_node(r))
    require(ascending(numbers), "malformed")
    return f"nonce {nonce.hex()} to [{' '.join(map(str, numbers))}]"


def hearing(r, _):
    head = r.uint(2)
    text, numbers = f"frames {head & 0x7fff} all {'true' if head >> 15 else 'false'}", []
    require(r.left() <= 4 * MAX_RECEPTIONS, "oversized")
    require(r.left() % 4 == 0, "malformed")
    while r.left():
        numbers.append(take_node(r))
        levels = r.uint(2)
        loss, snr, rssi = levels >> 12, levels >> 6 & 63, levels & 63
        text += (f"; {numbers[-1]} loss {'-' if loss == 15 else loss}"
                 f" snr {snr - 33 if snr else '-'} rssi {2 * rssi - 152 if rssi else '-'}")
    require(ascending(numbers), "malformed")
    return text


def item(check):
    """Returns the check of the vectors of one kind of item."""
    def vector(v):
        r, today = Reader(v.data), v.int("today")
        try:
            said = check(r, today)
        except Fault as fault:
            raise Fault("malformed" if str(fault) == "not-canonical" else str(fault)) from None
        r.end("oversized")
        return {"says": said}
    return vector


ITEMS = {HELLO: hello, FRAGMENT: fragment, NEED: need, ACCEPT: accept, RECEIPT: receipt, KEY_HELLO: key_hello,
         KEY_PART: key_part, KEY_ASK: key_ask, CHALLENGE: challenge, HEARING: hearing}
FOLDERS = {
    "radio/frame/testdata/vectors": {"": frame_vector},
    "radio/frame/testdata/transfers": {"": transfer_vector},
    "radio/frame/testdata/items": {str(kind): item(check) for kind, check in ITEMS.items()},
}
