"""docs/spec/bundle.md: the unit that travels."""

from dataclasses import dataclass

import head
import seal
from identity import private
from primitives import label, uint, verify, x25519
from vector import Fault, Reader, ascending, require

PRECEDENCE = ("FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE")
DEFAULT_HOURS = (24, 48, 72, 168)
MAX_LENGTH, MAX_MINUTES, UNITS_A_DAY = 16384, 20480, 43200
RECEIPTS, HEAD = 2, 3
SIGNATURE = label("blackstart bundle signature v1")


@dataclass
class Bundle:
    precedence: int
    direct: bool
    signed: bool
    no_receipt: bool
    origin: int
    day: int
    epoch: int
    sequence: int
    created: int
    addressee: int
    group: int
    minutes: int
    header: bytes
    id: bytes
    tag: bytes
    sealed: bytes
    signature: bytes

    def signed_by(self, member):
        """Section 5: reports whether the signature is that of a member."""
        return verify(member.sign, self.signature, SIGNATURE, uint(2, self.day), self.header + self.tag + self.sealed)


def full_day(low, today):
    """Section 2: the day around the reader's own that ends in five bits."""
    first = max(0, min(today - 16, 65535 - 31))
    return first + (low - first) % 32


def take_lifetime(r, precedence):
    byte = r.uint(1)
    exponent, mantissa = byte >> 5, byte & 31
    minutes = (mantissa + 1) * 4 ** exponent
    require(exponent == 0 or mantissa > 7, "not-canonical")
    require(minutes <= MAX_MINUTES and minutes != DEFAULT_HOURS[precedence] * 60, "not-canonical")
    return minutes


def decode(data, today):
    """Sections 1 to 3: the bundle in some bytes, neither verified nor opened."""
    require(data, "truncated")
    flags = data[0]
    require(flags >> 6 == 0, "version")
    require(len(data) <= MAX_LENGTH, "oversized")
    direct, signed, with_lifetime = bool(flags & 4), bool(flags & 8), bool(flags & 32)
    header = 9 + 2 * direct + with_lifetime
    require(len(data) > header + 8 + 64 * signed, "truncated")
    r = Reader(data)
    r.take(1)
    precedence, origin, day_epoch, sequence, created = flags & 3, r.uint(2), r.uint(1), r.uint(2), r.uint(2)
    addressee = r.uint(2) if direct else 0
    group = r.uint(1)
    minutes = take_lifetime(r, precedence) if with_lifetime else DEFAULT_HOURS[precedence] * 60
    require(1 <= origin <= 65534 and created < UNITS_A_DAY, "not-canonical")
    if direct:
        require(1 <= addressee <= 65534 and addressee != origin and group == 0, "not-canonical")
    else:
        require(1 <= group <= 127, "not-canonical")
    tag, sealed = r.take(8), r.take(r.left() - 64 * signed)
    return Bundle(precedence, direct, signed, bool(flags & 16), origin, full_day(day_epoch >> 3, today), day_epoch & 7,
                  sequence, created, addressee, group, minutes, data[:header], data[1:6], tag, sealed, r.take(r.left()))


class Member:
    """Who reads a bundle: a node, the epochs, groups and members it knows."""

    def __init__(self, v):
        self.number = v.int("reader")
        self.nodes = {int(number): private(bytes.fromhex(seed)) for number, seed in map(str.split, v.all("node"))}
        self.groups = {int(g): bytes.fromhex(secret) for g, secret in map(str.split, v.all("group"))}
        epochs = [line.split() for line in v.all("epoch")]
        epochs = [seal.Epoch(int(n), int(first), int(base), bytes.fromhex(key)) for n, first, base, key in epochs]
        self.epochs = sorted(epochs, key=lambda e: -e.serial)

    def keys(self, b, epoch):
        """Returns the keys that a bundle has under an epoch, or None."""
        day_key = epoch.day_key(b.day)
        if day_key is None:
            return None
        if not b.direct:
            secret = self.groups.get(b.group)
            return secret and seal.group_keys(day_key, secret, b.group, epoch.serial, b.origin, b.day)
        if self.number not in (b.origin, b.addressee):
            return None
        own, peer = self.nodes[self.number], self.nodes.get(b.origin + b.addressee - self.number)
        secret = peer and x25519(own.box_private, peer.box)
        if not secret:
            return None
        origin, addressee = self.nodes[b.origin].box, self.nodes[b.addressee].box
        return seal.pair_keys(day_key, secret, epoch.serial, b.day, b.origin, origin, b.addressee, addressee)

    def open(self, b):
        """Sections 2, 4 and 5: what a bundle says, after all checks, the proof of
        its delivery, and the key of this one message."""
        if b.signed:
            origin = self.nodes.get(b.origin)
            require(origin and b.signed_by(origin), "bad-signature")
        found = [self.keys(b, e) for e in self.epochs if e.serial % 8 == b.epoch]
        found = [keys for keys in found if keys]
        require(found, "no-key")
        for keys in found:
            key = seal.message_key(keys, b.direct, b.header, b.tag)
            try:
                return *seal.open_sealed(key, b.direct, b.id, b.tag, b.sealed), key
            except Fault:
                continue
        raise Fault("unauthentic")


def check_receipts(body):
    """Section 6: the receipts in a list: an id and three bytes of a MAC each."""
    require(body and len(body) % 8 == 0, "truncated")
    receipts = [body[i:i + 8] for i in range(0, len(body), 8)]
    require(all(r[2] & 7 == 0 for r in receipts) and ascending(receipts), "not-canonical")


def vector(v):
    reader, today = Member(v), v.int("today")
    b = decode(v.data, today)
    plaintext, proof, key = reader.open(b)
    if plaintext[0] == RECEIPTS:
        check_receipts(plaintext[1:])
    elif plaintext[0] == HEAD:
        head.decode(plaintext[1:], b.day)
    to = f"node {b.addressee}" if b.direct else f"group {b.group}"
    yes = ("false", "true")
    return {
        "header": f"id {b.origin}/{b.day}/{b.sequence} epoch {b.epoch} precedence {PRECEDENCE[b.precedence]} to {to} "
                  f"created {(b.day * 86400 + 2 * b.created) * 1000} lifetime {b.minutes} signed {yes[b.signed]} "
                  f"no-receipt {yes[b.no_receipt]}",
        "content": f"{plaintext[0]} {plaintext[1:].hex()}",
        "proof": proof.hex(),
        "message-key": b"".join(key).hex(),
    }


FOLDERS = {"message/bundle/testdata/vectors": {"": vector}}
