"""What nodes prove to each other in frames: acceptances of custody (docs/spec/exchange.md,
section 2), receipts of groups (docs/spec/receipt.md) and echoes of challenges (docs/spec/frame.md)."""

from bundle import check_receipts
from frame import accept_fields, challenge, take_id
from identity import private
from primitives import hmac, label, same, sha256, uint, x25519
from seal import pair_mac
from vector import Reader, require

ACCEPT, DELIVERED = label("blackstart accept v1"), label("blackstart delivered v1")
CHALLENGE, OWN_NUMBER = label("blackstart challenge v1"), label("blackstart own number v1")


class Hearer:
    """The node "to", which hears an item of "by"."""

    def __init__(self, v):
        nodes = {int(number): private(bytes.fromhex(seed)) for number, seed in map(str.split, v.all("node"))}
        self.by, self.to = v.int("by"), v.int("to")
        self.own, self.peer = nodes[self.to], nodes[self.by].box
        self.direction = uint(2, self.by) + uint(2, self.to)

    def mac(self, mac_label, *parts, more=b""):
        """Returns a PairMAC over the direction, with more behind it, and parts."""
        return pair_mac(self.own.box_private, self.to, self.own.box, self.by, self.peer, mac_label, self.direction + more, *parts)


def accept_vector(v):
    hearer, hashes, today = Hearer(v), list(map(bytes.fromhex, v.all("hash"))), v.int("today")
    to, mac, ids = accept_fields(Reader(v.data), today)
    require(to == hearer.to and len(ids) == len(hashes), "unauthentic")
    listed = b"".join(uint(2, origin) + uint(2, day) + uint(2, sequence) for origin, day, sequence in ids)
    require(same(hearer.mac(ACCEPT, listed, sha256(*hashes)), mac), "unauthentic")
    return {}


def echo_vector(v):
    hearer, nonce, _ = Hearer(v), v.bytes("nonce"), v.int("today")
    challenge(Reader(v.data), 0)  # its form
    require(v.data[0] == 1 and v.data[1:3] == uint(2, hearer.to), "unauthentic")
    if hearer.by == hearer.to:
        key = hmac(OWN_NUMBER, x25519(hearer.own.box_private, hearer.own.box))
        made = hmac(key, CHALLENGE, hearer.direction, nonce)[:8]
    else:
        made = hearer.mac(CHALLENGE, nonce)
    require(same(made, v.data[3:]), "unauthentic")
    return {}


def delivered_vector(v):
    hearer, bundle_hash, today = Hearer(v), v.bytes("hash"), v.int("today")
    check_receipts(v.data)
    r = Reader(v.data)
    origin, day, sequence = take_id(r, today)
    check = hearer.mac(DELIVERED, bundle_hash, more=uint(2, day) + uint(2, sequence))
    require(origin == hearer.to and same(check[:3], r.take(3)), "unauthentic")
    return {}


FOLDERS = {"mesh/testdata/vectors": {"accept": accept_vector, "echo": echo_vector, "delivered": delivered_vector}}
