"""docs/spec/enrolment.md: request, network file, package, and what a node believes of them."""

import base64
import binascii
import re
from dataclasses import dataclass

import identity
import keyblock
from atrest import by_passphrase, open_xchacha
from primitives import label, sha256, verify, x25519
from sealedbox import OVERHEAD, open_sealed_box
from vector import Fault, Reader, ascending, quoted, require

REQUEST, REQUEST_CODE = label("blackstart enrol request v2"), label("blackstart enrol request code v2")
NETWORK, ROOT_CODE = label("blackstart enrol network v2"), label("blackstart enrol root code v1")
MAX_FILE, MAX_NODES, MAX_BLOCKS, INCIDENT = 16 << 20, 8192, 128, 1


def dearmour(block, text, limit):
    """Section 2: the bytes in a text."""
    require(len(text) <= limit, "oversized")
    begin, end = (f"-----{word} BLACKSTART {block}-----".encode() for word in ("BEGIN", "END"))
    if begin not in text:
        raise Fault("kind" if re.search(b"-----BEGIN BLACKSTART (REQUEST|NETWORK|PERSON)-----", text) else "armour")
    body, found, behind = text.partition(begin)[2].partition(end)
    require(found, "truncated")
    require(begin not in behind, "armour")
    letters = b"".join(line.strip(b" \t\r") for line in body.split(b"\n"))
    try:
        data = base64.b64decode(letters, validate=True)
    except binascii.Error:
        raise Fault("armour") from None
    require(base64.b64encode(data) == letters, "armour")
    return data


def armour_vector(v):
    return {"says": f"bytes {dearmour(v.get('block'), v.data, 16 << 10).hex()}"}


def person_vector(v):
    """Section 5: the seed in a person's file."""
    pin, data = v.get("pin").encode(), dearmour("PERSON", v.data, 4 << 10)
    r = Reader(data)
    require(r.uint(1) == 1, "version")
    passes, memory, lanes, salt, nonce = r.uint(4), r.uint(4), r.uint(1), r.take(16), r.take(24)
    credential = foreign(identity.decode_credential, r.take(r.uint(2)))
    along, sealed = data[:r.at], r.take(64 + 16)
    r.end("not-canonical")
    require(1 <= passes <= 16 and 1 <= memory <= 262144 and lanes >= 1, "not-canonical")
    seed = open_xchacha(by_passphrase(pin, salt, passes, memory, lanes), nonce, sealed, along, "pin")
    require(identity.private(seed).sign == credential.key, "malformed")
    return {"says": f"person {credential.person} name {quoted(credential.name)} seed {seed.hex()}"}


def check_code(*parts):
    """Returns 80 bits of a hash as people read them aloud."""
    letters = base64.b32encode(sha256(*parts)[:10]).decode()
    return " ".join(letters[i:i + 4] for i in range(0, 16, 4))


def check_name(text):
    """Returns a name that keeps the rules of certificates and is no number."""
    try:
        require(1 <= len(text) <= 32, "name")
        name = identity.check_text(text, 1)
    except Fault:
        raise Fault("name") from None
    require(not (name.isascii() and name.isdigit()), "name")
    return name


def take_text(r):
    return r.take(r.uint(1))


def request_vector(v):
    r = Reader(v.data)
    require(r.uint(1) == 2, "version")
    name, role, sign, box, once = take_text(r), take_text(r), r.take(32), r.take(32), r.take(32)
    body, signature = v.data[:r.at], r.take(64)
    r.end("not-canonical")
    name = check_name(name)
    try:
        require(len(role) <= 32, "name")
        role = identity.check_text(role, 0)
    except Fault:
        raise Fault("name") from None
    for key in (box, once):
        require(x25519(bytes(31) + b"\1", key) is not None, "box-key")
    require(verify(sign, signature, REQUEST, body), "signature")
    return {"says": f"name {quoted(name)} role {quoted(role)} sign {sign.hex()} box {box.hex()} package {once.hex()} "
                    f"code {check_code(REQUEST_CODE, body)}"}


def foreign(decode, data):
    """Reads what another specification describes, whose classes are summed up here."""
    try:
        return decode(data)
    except Fault as fault:
        raise Fault("privilege" if str(fault) == "privilege" else "malformed") from None


@dataclass
class File:
    serial: int
    name: str
    root: bytes
    successions: list
    groups: list  # number, incident's or not, name
    revoked: list
    redirects: list
    persons: list
    withdrawn: list
    blocks: list
    members: list  # certificate, hash of the package
    body: bytes
    signature: bytes
    packages: list


def take_list(r, width, take):
    return [take(r) for _ in range(r.uint(width))]


def decode_file(data):
    """The table of section 4: the file in some bytes, not verified."""
    require(len(data) <= MAX_FILE, "oversized")
    r = Reader(data)
    require(r.uint(1) == 2, "version")
    serial, name, root = r.uint(8), take_text(r), r.take(32)
    successions = take_list(r, 1, identity.take_succession)
    groups = take_list(r, 1, lambda r: (r.uint(1), r.uint(1), take_text(r)))
    revoked = take_list(r, 2, lambda r: r.uint(2))
    redirects = take_list(r, 2, lambda r: (r.uint(2), r.uint(2)))
    persons = take_list(r, 2, lambda r: foreign(identity.decode_credential, r.take(r.uint(2))))
    withdrawn = take_list(r, 2, lambda r: r.uint(2))
    blocks = take_list(r, 1, lambda r: foreign(keyblock.decode, r.take(r.uint(2))))
    members = take_list(r, 2, lambda r: (foreign(identity.decode_certificate, r.take(r.uint(2))), r.take(32)))
    body, signature = data[:r.at], r.take(64)
    packages = take_list(r, 2, lambda r: r.take(r.uint(2)))
    r.end("not-canonical")
    require(serial >= 1 and all(flags in (0, INCIDENT) for _, flags, _ in groups), "not-canonical")
    f = File(serial, check_name(name), root, successions, [(g, flags == INCIDENT, check_name(n)) for g, flags, n in groups],
             revoked, redirects, persons, withdrawn, blocks, members, body, signature, packages)
    check_lists(f)
    return f


def climb(numbers):
    """Demands numbers that ascend; one that stands twice is a fault of its own."""
    require(len(set(numbers)) == len(numbers), "twice")
    require(ascending(numbers), "not-canonical")


def check_lists(f):
    require(len(f.successions) <= identity.MAX_SUCCESSIONS, "oversized")
    climb([g for g, _, _ in f.groups])
    require(all(1 <= g <= 126 for g, _, _ in f.groups), "not-canonical")
    climb(f.revoked)
    climb([old for old, _ in f.redirects])
    require(all(old in f.revoked and new not in f.revoked for old, new in f.redirects), "not-canonical")
    persons = [p.person for p in f.persons]
    climb(persons)
    climb(f.withdrawn)
    require(not set(persons) & set(f.withdrawn), "twice")
    require(1 <= len(f.blocks) <= MAX_BLOCKS, "not-canonical")
    require(all(b.serial == a.serial + 1 for a, b in zip(f.blocks, f.blocks[1:])), "not-canonical")
    require(len(f.members) <= MAX_NODES, "oversized")
    numbers = [c.number for c, _ in f.members]
    climb(numbers)
    require(not set(numbers) & set(f.revoked), "twice")
    require(len(f.packages) in (0, len(f.members)), "not-canonical")
    require(all(not p or len(p) > OVERHEAD for p in f.packages), "not-canonical")
    require(not f.packages or any(f.packages), "not-canonical")


class Held:
    """What a node kept of the file with which it joined."""

    def __init__(self, v):
        self.joined = bool(v.all("held-serial"))
        self.serial = v.int("held-serial", "0")
        self.digest, self.root = v.bytes("held-digest", "00"), v.bytes("held-root", "00")
        self.promise, self.number = v.bytes("held-next", "00" * 32), v.int("held-number", "0")

    def follow(self, f, lineage):
        """Steps 4 and 5: whether a file may take the place of what is held."""
        require(self.root in lineage.roots, "other-root")
        heirs = lineage.roots[lineage.roots.index(self.root) + 1:]
        if any(self.promise):
            kept = sha256(identity.NEXT_ROOT, heirs[0]) == self.promise if heirs else lineage.promise == self.promise
            require(kept, "succession")
        require(f.serial >= self.serial, "older")
        require(f.serial > self.serial or sha256(f.body, f.signature) == self.digest, "conflict")


def verify_file(f):
    """Steps 1 to 3: the lineage of a file of which all signatures are right."""
    require(verify(f.root, f.signature, NETWORK, f.body), "signature")
    try:
        lineage = identity.lineage(f.successions, f.root)
    except Fault:
        raise Fault("succession") from None
    for signed in [c for c, _ in f.members] + f.persons:
        require(signed.operator == lineage.operator, "other-network")
        require(signed.signed_by(f.root), "signature")
    for b in f.blocks:
        require(any(b.signed_by(root, lineage.operator) for root in lineage.roots), "signature")
    for (_, digest), package in zip(f.members, f.packages):
        require(not package or sha256(package) == digest, "package")
    return lineage


def check_roster(f):
    """Step 6: what no roster may hold."""
    for values in zip(*((c.name, c.sign, c.box) for c, _ in f.members)):
        require(len(set(values)) == len(values), "twice")
    require(len({name for _, _, name in f.groups}) == len(f.groups), "twice")
    incident = {g: flag for g, flag, _ in f.groups}
    for c, _ in f.members:
        require(all(g in incident for g in c.groups), "twice")
        require(c.kind != identity.GUEST or all(incident[g] for g in c.groups), "privilege")


@dataclass
class Keys:
    path: keyblock.Path
    serial: int
    first: int
    base: int
    key: bytes
    once: bool  # they were sealed to a package key


@dataclass
class Package:
    bootstrap: bytes
    secrets: list
    boxes: list
    keys: Keys = None


def open_package(sealed, certificate, node, package_keys, newest):
    """Step 8: the secrets of a node."""
    plain = open_sealed_box(node.box_private, sealed)
    require(plain is not None, "package")
    try:
        r = Reader(plain)
        require(r.uint(1) == 2, "package")
        operator, number = r.take(8), r.uint(2)
        p = Package(r.take(32), take_list(r, 1, lambda r: (r.uint(1), r.take(32))), take_list(r, 1, lambda r: r.take(r.uint(2))))
        r.end("package")
        require(len(p.boxes) <= 2, "package")
        p.keys = open_keys(p.boxes, package_keys, node)
    except Fault:
        raise Fault("package") from None
    require((operator, number) == (certificate.operator, certificate.number), "package")
    require([g for g, _ in p.secrets] == certificate.groups + [identity.NETWORK_GROUP], "package")
    if p.keys:
        path = p.keys.path
        require(path.number == certificate.number, "package")
        require((path.generation, path.height, path.serial) == (newest.generation, newest.height, newest.serial + 1), "package")
        require((p.keys.serial, p.keys.first) == (newest.serial, newest.first_day) and p.keys.base >= p.keys.first, "package")
    return p


def open_keys(boxes, package_keys, node):
    """What opens key blocks, of the first box that opens: with a package key, or else with the lasting key."""
    for private in [*package_keys, node.box_private]:
        for sealed in boxes:
            plain = open_sealed_box(private, sealed)
            if plain is not None:
                r = Reader(plain)
                keys = Keys(keyblock.take_path(r), r.uint(4), r.uint(2), r.uint(2), r.take(32), private in package_keys)
                r.end("package")
                return keys
    return None


def network_vector(v):
    node, held = identity.private(v.bytes("node-seed")), Held(v)
    package_keys = [bytes.fromhex(key) for key in v.all("package-key")]
    f = decode_file(v.data)
    lineage = verify_file(f)
    if held.joined:
        held.follow(f, lineage)
    check_roster(f)
    mine = [i for i, (c, _) in enumerate(f.members) if c.sign == node.sign]
    if not mine:
        raise Fault("revoked" if held.number in f.revoked else "not-member")
    certificate = f.members[mine[0]][0]
    require(certificate.box == node.box and f.packages and f.packages[mine[0]], "package")
    p = open_package(f.packages[mine[0]], certificate, node, package_keys, f.blocks[-1])
    require(p.keys or held.joined, "no-keys")
    return {"says": describe(f, lineage, certificate, p)}


def describe(f, lineage, certificate, p):
    newest = f.blocks[-1]
    says = [f"network {quoted(f.name)} serial {f.serial} node {certificate.number} root {f.root.hex()}",
            f"code {check_code(ROOT_CODE, f.root)} next {lineage.promise.hex()} bootstrap {p.bootstrap.hex()}",
            f"block {newest.serial} generation {newest.generation}"]
    if p.keys:
        k = p.keys
        says += [f"once {str(k.once).lower()} path from {k.path.serial}", *(key.hex() for key in k.path.keys),
                 f"epoch {k.serial} first {k.first} base {k.base} key {k.key.hex()}"]
    for g, incident, name in f.groups:
        members = " ".join(str(c.number) for c, _ in f.members if g in c.groups)
        says.append(f"group {g} {quoted(name)} incident {str(incident).lower()} members [{members}]")
    says += [f"secret {g} {secret.hex()}" for g, secret in p.secrets]
    redirects = " ".join(f"{{{old} {new}}}" for old, new in f.redirects)
    says.append(f"revoked [{' '.join(map(str, f.revoked))}] redirects [{redirects}] persons {len(f.persons)} "
                f"withdrawn [{' '.join(map(str, f.withdrawn))}]")
    return " ".join(says)


armour_vector.loose = person_vector.loose = True  # what stands around the block does not matter
FOLDERS = {"message/enrol/testdata/vectors": {
    "armour": armour_vector, "request": request_vector, "network": network_vector, "person": person_vector}}
