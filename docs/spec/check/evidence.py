"""docs/spec/receipt.md, section 6: what proves years later who wrote what."""

import json

import bundle
import head
import seal
from identity import decode_certificate, private
from primitives import sha256
from vector import Fault, require


def piece(p):
    """Returns the bundle in a part of the file, its hash and its plaintext."""
    try:
        day, data, key = p["day"], bytes.fromhex(p["bundle"]), bytes.fromhex(p["key"])
        require(len(key) == 64 and sha256(data).hex() == p["sha256"], "damaged")
        b = bundle.decode(data, day)
    except (KeyError, TypeError, ValueError, Fault):
        raise Fault("damaged") from None
    require(b.day == day, "damaged")
    try:
        plaintext, _ = seal.open_sealed((key[:32], key[32:]), b.direct, b.id, b.tag, b.sealed)
    except Fault:
        raise Fault("broken") from None
    return b, sha256(data), plaintext


def check_head(h, certificate, b, bundle_hash):
    """Returns the bundle of a head that signs another bundle."""
    carrier, _, plaintext = piece(h)
    require(plaintext[0] == bundle.HEAD, "damaged")
    try:
        day, _, _, listed, digest = head.decode(plaintext[1:], carrier.day)
        hashes = list(map(bytes.fromhex, h["hashes"]))
    except (KeyError, TypeError, ValueError, Fault):
        raise Fault("damaged") from None
    require(carrier.signed and carrier.signed_by(certificate) and carrier.origin == b.origin, "broken")
    require((carrier.direct, carrier.group, day) == (b.direct, b.group, b.day) and b.sequence in listed, "broken")
    require(len(hashes) == len(listed) and head.covers(digest, hashes), "broken")
    require(hashes[listed.index(b.sequence)] == bundle_hash, "broken")
    return carrier


def vector(v):
    root = private(v.bytes("root-seed")).sign
    try:
        f = json.loads(v.data)
        require(f["format"] == "blackstart evidence 1", "damaged")
        signer, message, h = bytes.fromhex(f["signer"]), f["message"], f.get("head")
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Fault("damaged") from None
    b, bundle_hash, plaintext = piece(message)
    try:
        certificate = decode_certificate(signer)
    except Fault:
        raise Fault("damaged") from None
    require(certificate.number == b.origin and certificate.signed_by(root), "broken")
    head_id = "0/0/0"
    if b.signed:
        require(b.signed_by(certificate), "broken")
    else:
        require(h, "unproven")
        carrier = check_head(h, certificate, b, bundle_hash)
        head_id = f"{carrier.origin}/{carrier.day}/{carrier.sequence}"
    to = f"node {b.addressee}" if b.direct else f"group {b.group}"
    return {"says": f"id {b.origin}/{b.day}/{b.sequence} to {to} head {head_id} type {plaintext[0]} body {plaintext[1:].hex()}"}


vector.loose = True  # JSON may be written in many ways
FOLDERS = {"mesh/testdata/evidence": {"": vector}}
