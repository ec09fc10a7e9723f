"""docs/spec/seal.md: from the key of an epoch to the tag of a text."""

from identity import private
from primitives import aes_ctr, expand, extract, hmac, label, same, sha256, uint, x25519
from vector import Fault, require


class Epoch:
    """The keys of one key block, from its base day on."""

    def __init__(self, serial, first, base, key):
        self.serial, self.first, self.base, self.key = serial, first, base, key

    def day_key(self, day):
        """Section 2: the key of a day, or None where it is erased or never was."""
        if day < max(self.first, self.base):
            return None
        key = self.key
        for _ in range(day - self.base):
            key = expand(key, label("blackstart day step v1"), 32)
        return key


def link_keys(day_key, serial, day):
    """Section 3: MAC and encryption key of a link."""
    keys = expand(day_key, label("blackstart link v1") + uint(4, serial) + uint(2, day), 64)
    return keys[:32], keys[32:]


def bootstrap_keys(secret):
    """Section 3: MAC and encryption key of bootstrap frames."""
    keys = expand(secret, label("blackstart bootstrap v1"), 64)
    return keys[:32], keys[32:]


def group_keys(day_key, group_secret, group, serial, origin, day):
    """Section 3: k1 and k2 of what an origin seals for a group on a day."""
    prk = extract(label("blackstart group v1"), day_key + group_secret)
    info = label("blackstart group day v1") + uint(1, group) + uint(4, serial) + uint(2, origin) + uint(2, day)
    keys = expand(prk, info, 64)
    return keys[:32], keys[32:]


def pair_keys(day_key, secret, serial, day, origin, box_origin, addressee, box_addressee):
    """Section 3: k1 and k2 of what an origin seals for an addressee on a day."""
    info = label("blackstart pair day v1") + uint(4, serial) + uint(2, day)
    info += uint(2, origin) + box_origin + uint(2, addressee) + box_addressee
    keys = expand(extract(day_key, secret), info, 64)
    return keys[:32], keys[32:]


def pair_mac(own_private, one, box_one, other, box_other, mac_label, *parts):
    """Section 3: PairMAC between two nodes, given the private key of either."""
    secret = x25519(own_private, box_other)
    require(secret is not None, "no-key")
    (lower, box_lower), (higher, box_higher) = sorted([(one, box_one), (other, box_other)])
    prk = extract(label("blackstart pair mac v1"), secret)
    key = expand(prk, label("blackstart pair mac key v1") + uint(2, lower) + box_lower + uint(2, higher) + box_higher, 32)
    return hmac(key, *(uint(4, len(p)) + p for p in (mac_label, *parts)))[:8]


def receipt_tag(bundle_id, proof):
    """Section 4: the tag of the direct bundle that a proof belongs to."""
    return sha256(label("blackstart receipt v1"), uint(4, len(bundle_id)), bundle_id, proof)[:8]


def message_key(keys, direct, header, tag):
    """Section 4: M and K, which open one message."""
    m = hmac(keys[0], label("blackstart pair seal v1" if direct else "blackstart group seal v1"), header)
    return m, hmac(keys[1], label("blackstart message key v1"), tag)


def open_sealed(key, direct, bundle_id, tag, sealed):
    """Section 4: the plaintext, and the proof of delivery if it was direct."""
    m, k = key
    plaintext = aes_ctr(k, sealed)
    proof = hmac(m, plaintext)[:8]
    made = receipt_tag(bundle_id, proof) if direct else proof
    if not same(made, tag):
        raise Fault("unauthentic")
    return plaintext, proof if direct else bytes(8)


def compare(made, v):
    """Returns what a vector says of which the bytes are what its head makes."""
    require(made == v.data, "unauthentic")
    return {}


def link_vector(v):
    serial, first, base, key = v.get("epoch").split()
    day = v.int("day")
    day_key = Epoch(int(serial), int(first), int(base), bytes.fromhex(key)).day_key(day)
    require(day_key is not None, "no-key")
    return compare(b"".join(link_keys(day_key, int(serial), day)), v)


def bootstrap_vector(v):
    return compare(b"".join(bootstrap_keys(v.bytes("secret"))), v)


def pair_mac_vector(v):
    nodes = {int(number): private(bytes.fromhex(seed)) for number, seed in map(str.split, v.all("node"))}
    reader, peer, parts = v.int("reader"), v.int("peer"), map(bytes.fromhex, v.all("part"))
    own, other = nodes[reader], nodes[peer].box
    return compare(pair_mac(own.box_private, reader, own.box, peer, other, label(v.get("label")), *parts), v)


FOLDERS = {"message/seal/testdata/vectors": {"link": link_vector, "bootstrap": bootstrap_vector, "pair-mac": pair_mac_vector}}
