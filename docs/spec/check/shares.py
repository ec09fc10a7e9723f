"""docs/spec/shares.md: shares of the authority's key, and what they make together."""

import base64
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from atrest import by_passphrase
from primitives import label, sha256
from vector import Fault, Reader, require

L = (1 << 252) + 27742317777372353535851937790883648493
KEY, SUM = label("blackstart authority shared key v1"), label("blackstart authority share checksum v1")
CODE = label("blackstart authority share code v1")


@dataclass
class Share:
    set: bytes
    needed: int
    count: int
    number: int
    lock: tuple
    along: bytes  # all before the value
    value: bytes


def decode(data):
    try:
        require(len(data) > 5 and sha256(SUM, data[:-4])[:4] == data[-4:], "damaged")
        r = Reader(data[:-4])
        require(r.uint(1) == 1, "version")
        s = Share(r.take(8), r.uint(1), r.uint(1), r.uint(1), None, b"", b"")
        kind = r.uint(1)
        require(kind in (0, 1), "damaged")
        if kind:
            s.lock = (r.uint(4), r.uint(4), r.uint(1), r.take(16))
            require(1 <= s.lock[0] <= 16 and 1 <= s.lock[1] <= 1 << 20 and s.lock[2] >= 1, "damaged")
        s.along = data[:r.at]
        s.value = r.take(48 if kind else 32)
        r.end("damaged")
    except Fault as fault:
        raise Fault("version" if str(fault) == "version" else "damaged") from None
    require(2 <= s.needed <= s.count <= 16 and 1 <= s.number <= s.count, "damaged")
    require(kind or int.from_bytes(s.value, "little") < L, "damaged")
    return s


def unlock(s, passphrase):
    passes, memory, lanes, salt = s.lock
    try:
        s.value = ChaCha20Poly1305(by_passphrase(passphrase, salt, passes, memory, lanes)).decrypt(bytes(12), s.value, s.along)
    except InvalidTag:
        raise Fault("passphrase") from None


def combine(shares):
    """Section 2: the polynomial of the shares at 0, by Lagrange."""
    first = shares[0]
    for i, s in enumerate(shares):
        require((s.set, s.needed, s.count) == (first.set, first.needed, first.count), "other-set")
        require(s.number not in [o.number for o in shares[:i]], "twice")
    require(len(shares) >= first.needed, "too-few")
    points = [(s.number, int.from_bytes(s.value, "little")) for s in shares[:first.needed]]
    secret = 0
    for x, y in points:
        for other, _ in points:
            if other != x:
                y = y * other * pow(other - x, -1, L) % L
        secret += y
    return sha256(KEY, first.set, (secret % L).to_bytes(32, "little"))


def share_vector(v):
    s, passphrases, others = decode(v.data), v.all("passphrase"), [decode(bytes.fromhex(o)) for o in v.all("other")]
    for passphrase in passphrases:
        unlock(s, passphrase.encode())
    letters = base64.b32encode(sha256(CODE, v.data)[:10]).decode()
    code = " ".join(letters[i:i + 4] for i in range(0, 16, 4))
    return {"says": f"set {s.set.hex()} share {s.number} of {s.count} needed {s.needed} code {code} key {combine([s] + others).hex()}"}


FOLDERS = {"cmd/blackstart-authority/share/testdata/vectors": {"": share_vector}}
