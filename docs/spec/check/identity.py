"""docs/spec/identity.md: keys, certificates, credentials, lineages of root keys."""

import base64
from dataclasses import dataclass

from primitives import box_public, label, sha256, sign_public, verify
from vector import Fault, Reader, quoted, require

CERTIFICATE, CREDENTIAL = label("blackstart certificate v1"), label("blackstart credential v1")
SUCCESSION, NEXT_ROOT = label("blackstart succession v1"), label("blackstart next root v1")
GUEST, FIXED_STATION = 1, 2
FLASH = 1
NETWORK_GROUP = 127
MAX_SUCCESSIONS = 32

# First and last of each range of characters that no text may hold.
FORBIDDEN = [(int(first, 16), int(last, 16)) for first, last in (
    entry.split("-") if "-" in entry else (entry, entry) for entry in
    "0000-001F 007F-00A0 00AD 034F 061C 115F-1160 1680 17B4-17B5 180B-180F 2000-200F 2028-202F 205F-206F 3000 "
    "3164 E000-F8FF FE00-FE0F FEFF FFA0 FFF0-FFFF FDD0-FDEF 13430-1345F 1BCA0-1BCAF 1D173-1D17A E0000-10FFFF".split())]


@dataclass
class Private:
    """The private keys of a device and what the world sees of them."""
    sign_seed: bytes
    box_private: bytes
    sign: bytes
    box: bytes


def private(seed):
    """Returns the keys that a seed of 64 bytes makes."""
    return Private(seed[:32], seed[32:], sign_public(seed[:32]), box_public(seed[32:]))


def operator_id(root):
    return sha256(label("blackstart operator v1"), root)[:8]


def short_form(text, key):
    """Returns a key as people see it."""
    letters = base64.b32encode(sha256(label(text), key)[:5]).decode()
    return letters[:4] + "-" + letters[4:]


def check_text(text, least):
    """Returns a name or role that keeps the rules for texts."""
    require(len(text) >= least, "not-canonical")
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("not-canonical") from None
    require(decoded == decoded.strip(" "), "not-canonical")
    for c in map(ord, decoded):
        hidden = any(first <= c <= last for first, last in FORBIDDEN) or c & 0xFFFE == 0xFFFE
        require(not hidden, "not-canonical")
    return decoded


def take_text(r):
    """Takes a length of at most 32 and a text of as many bytes."""
    n = r.uint(1)
    require(n <= 32, "not-canonical")
    return r.take(n)


@dataclass
class Certificate:
    operator: bytes
    number: int
    rights: int
    kind: int
    first: int
    last: int
    groups: list
    sign: bytes
    box: bytes
    name: str
    role: str
    body: bytes
    signature: bytes

    def signed_by(self, root):
        return verify(root, self.signature, CERTIFICATE, self.body)


def decode_certificate(data):
    """Section 2: the certificate in some bytes, not verified."""
    require(data, "truncated")
    require(data[0] == 2, "version")
    require(len(data) >= 164, "truncated")
    r = Reader(data)
    r.take(1)
    operator, number, rights, kind = r.take(8), r.uint(2), r.uint(1), r.uint(1)
    first, last, bitmap, sign, box = r.uint(2), r.uint(2), r.take(16), r.take(32), r.take(32)
    name, role = take_text(r), take_text(r)
    body = data[:r.at]
    signature = r.take(64)
    r.end("oversized")
    groups = [g for g in range(128) if bitmap[g // 8] >> g % 8 & 1]
    require(1 <= number <= 65534 and rights < 16 and kind in (0, GUEST, FIXED_STATION), "not-canonical")
    require(first <= last and 0 not in groups and NETWORK_GROUP not in groups, "not-canonical")
    name, role = check_text(name, 1), check_text(role, 0)
    if kind == GUEST:
        require(rights & ~FLASH == 0 and last - first < 3, "privilege")
    return Certificate(operator, number, rights, kind, first, last, groups, sign, box, name, role, body, signature)


@dataclass
class Credential:
    operator: bytes
    person: int
    rights: int
    first: int
    last: int
    key: bytes
    name: str
    role: str
    body: bytes
    signature: bytes

    def signed_by(self, root):
        return verify(root, self.signature, CREDENTIAL, self.body)


def decode_credential(data):
    """Section 4: the credential in some bytes, not verified."""
    require(data, "truncated")
    require(data[0] == 1, "version")
    require(len(data) >= 115, "truncated")
    r = Reader(data)
    r.take(1)
    operator, person, rights, first, last, key = r.take(8), r.uint(2), r.uint(1), r.uint(2), r.uint(2), r.take(32)
    name, role = take_text(r), take_text(r)
    body = data[:r.at]
    signature = r.take(64)
    r.end("oversized")
    require(person >= 1 and rights < 16 and first <= last, "not-canonical")
    return Credential(operator, person, rights, first, last, key, check_text(name, 1), check_text(role, 0), body, signature)


@dataclass
class Succession:
    old: bytes
    next_hash: bytes
    signature: bytes

    def verifies(self):
        return verify(self.old, self.signature, SUCCESSION, self.old, self.next_hash)


def take_succession(r):
    return Succession(r.take(32), r.take(32), r.take(64))


@dataclass
class Lineage:
    roots: list  # public keys, oldest first; the last one signs today
    promise: bytes  # hash of the root to come, or zeros

    @property
    def operator(self):
        return operator_id(self.roots[0])


def lineage(successions, present):
    """Section 5: the lineage of a present root key."""
    require(len(successions) <= MAX_SUCCESSIONS, "succession")
    require(all(s.verifies() for s in successions), "bad-signature")
    promised = bool(successions) and successions[-1].old == present
    roots = [s.old for s in successions] + ([] if promised else [present])
    require(len(set(roots)) == len(roots), "succession")
    for s, heir in zip(successions, roots[1:]):
        require(s.next_hash == sha256(NEXT_ROOT, heir), "succession")
    return Lineage(roots, successions[-1].next_hash if promised else bytes(32))


def certificate_vector(v):
    root = private(v.bytes("root-seed")).sign
    c = decode_certificate(v.data)
    require(c.signed_by(root), "bad-signature")
    return {"says": f"operator {c.operator.hex()} number {c.number} name {quoted(c.name)} role {quoted(c.role)} "
                    f"rights {c.rights} kind {c.kind} groups [{' '.join(map(str, c.groups))}] from {c.first} until {c.last} "
                    f"sign {c.sign.hex()} box {c.box.hex()}"}


def credential_vector(v):
    root = private(v.bytes("root-seed")).sign
    c = decode_credential(v.data)
    require(c.signed_by(root), "bad-signature")
    return {"says": f"operator {c.operator.hex()} person {c.person} name {quoted(c.name)} role {quoted(c.role)} "
                    f"rights {c.rights} from {c.first} until {c.last} key {c.key.hex()}"}


def lineage_vector(v):
    present = private(v.bytes("root-seed")).sign
    r, successions = Reader(v.data), []
    while r.left():
        successions.append(take_succession(r))
    found = lineage(successions, present)
    return {"says": f"operator {found.operator.hex()} roots {len(found.roots)} "
                    f"present {present.hex()} next {found.promise.hex()}"}


FOLDERS = {"message/ident/testdata/vectors": {"certificate": certificate_vector, "credential": credential_vector, "lineage": lineage_vector}}
