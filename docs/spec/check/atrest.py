"""docs/spec/atrest.md: key slot, vault and backup."""

from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from argon2 import argon2id
from primitives import expand, extract, same, uint
from vector import Fault, Reader, require

try:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
except ImportError:  # older than 44
    Argon2id = None

STEP, SPAN, MAX_STEPS = 4096, 524288, 65
CHUNK = 65536


def hkdf(secret, salt, info):
    return expand(extract(salt, secret), info.encode("ascii"), 32)


def hchacha20(key, nonce):
    """The key of XChaCha20's inner cipher: twenty rounds, and no addition."""
    s = [int.from_bytes(b"expand 32-byte k"[i:i + 4], "little") for i in range(0, 16, 4)]
    s += [int.from_bytes((key + nonce)[i:i + 4], "little") for i in range(0, 48, 4)]

    def quarter(a, b, c, d):
        for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = (s[x] + s[y]) & 0xFFFFFFFF
            v = s[z] ^ s[x]
            s[z] = (v << n | v >> (32 - n)) & 0xFFFFFFFF

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return b"".join(w.to_bytes(4, "little") for w in s[:4] + s[12:])


def opened(cipher, nonce, sealed, along, fault):
    try:
        return cipher.decrypt(nonce, sealed, along)
    except InvalidTag:
        raise Fault(fault) from None


def open_xchacha(key, nonce, sealed, along, fault):
    """XChaCha20-Poly1305 with a nonce of 24 bytes."""
    inner = hchacha20(key, nonce[:16])
    return opened(ChaCha20Poly1305(inner), bytes(4) + nonce[16:], sealed, along, fault)


@cache
def by_passphrase(passphrase, salt, passes, memory, threads):
    if Argon2id:
        return Argon2id(salt=salt, length=32, iterations=passes, lanes=threads, memory_cost=memory).derive(passphrase)
    return argon2id(passphrase, salt, passes, memory, threads, 32)


def slot_key(v, data):
    """Section 1: the key in a slot of exactly these bytes, by the secret that the
    head of the vector has."""
    passphrase = v.get("passphrase", "-")
    by_file, by_command = v.bytes("key-file", "00"), v.bytes("command-output", "00")
    require(data[:14] == b"blackstart key" and len(data) > 14, "damaged")
    require(data[14] <= 1, "version")
    require(data[14] == 1 and len(data) == 114, "damaged")
    kind, passes, threads, memory = data[15], data[16], data[17], int.from_bytes(data[18:22], "big")
    if kind == 1:
        require(1 <= passes <= 16 and 1 <= threads <= 4 and 8192 <= memory <= 262144, "damaged")
    else:
        require(kind in (2, 3) and passes == threads == memory == 0, "damaged")
    salt, nonce, sealed = data[22:54], data[54:66], data[66:]
    require({1: passphrase != "-", 2: len(by_file) >= 32, 3: len(by_command) >= 32}[kind], "kind")
    if kind == 2:
        wrapping = hkdf(by_file, salt, "blackstart key slot by key file")
    elif kind == 3:
        wrapping = hkdf(by_command, salt, "blackstart key slot by key command")
    else:
        require(Argon2id or not v.changed, "wrong-secret")  # it would take seconds for each bit
        wrapping = by_passphrase(passphrase.encode(), salt, passes, memory, threads)
    return opened(AESGCM(wrapping), nonce, sealed, data[:66], "wrong-secret")


def slot(v):
    return {"says": "key " + slot_key(v, v.data).hex()}


def vault(v):
    """Section 2: the state of the file whose one slot this is."""
    key, data = v.bytes("key"), v.data
    require(v.get("slot") in ("0", "1") and len(data) <= SPAN, "damaged")
    require(data[:16] == b"blackstart vault" and len(data) >= 60, "damaged")
    require(data[16] <= 1, "version")
    steps = int.from_bytes(data[18:20], "big")
    require(data[16] == 1 and data[17] == 0 and 1 <= steps <= MAX_STEPS and len(data) >= steps * STEP, "damaged")
    check = expand(extract(b"", key), b"blackstart vault check v1", 16)
    require(same(check, data[20:36]), "key")
    nonce = data[36:60]
    plain = open_xchacha(hkdf(key, b"", "blackstart vault seal v1"), nonce, data[60:steps * STEP], data[:60], "damaged")
    r = Reader(plain)
    generation, incarnation, renewed, place, n = r.uint(8), r.take(16), r.uint(4), r.take(16), r.uint(4)
    require(n <= 262144 and n <= r.left(), "damaged")
    state = r.take(n)
    require(not any(r.take(r.left())), "damaged")
    return {"says": f"generation {generation} incarnation {incarnation.hex()} renewed {renewed} place {place.hex()} data {state.hex()}"}


def body(key, sealed):
    """Section 4: the clear text of a body."""
    require(sealed, "damaged")
    chunks = [sealed[i:i + CHUNK + 16] for i in range(0, len(sealed), CHUNK + 16)]
    cipher, plain = ChaCha20Poly1305(key), b""
    for number, chunk in enumerate(chunks):
        require(len(chunk) >= 16, "damaged")
        plain += opened(cipher, uint(11, number) + bytes([number == len(chunks) - 1]), chunk, None, "damaged")
    return plain


def backup(v):
    data = v.data
    v.get("key-file")
    require(data[:17] == b"blackstart backup" and len(data) > 17, "format")
    require(data[17] <= 1, "version")
    require(data[17] == 1 and len(data) >= 132, "damaged")
    key = slot_key(v, data[18:132])
    r, says, count, last = Reader(body(key, data[132:])), [], 0, False
    while r.left():
        require(not last and r.left() >= 5, "damaged")
        kind, n = r.uint(1), r.uint(4)
        require(n <= min(r.left(), 33554432) and (kind == 1) == (count == 0), "damaged")
        p = Reader(r.take(n))
        if kind == 1:
            require(8 <= n <= 263, "damaged")
            says.append(f"head {p.uint(8)} {p.take(p.left()).decode()}")
        elif kind in (2, 3):
            require(n >= kind - 1, "damaged")
            size = p.uint(kind - 1)
            require(size <= p.left(), "damaged")
            name = p.take(size)
            says.append((f"file {name.decode()} " if kind == 2 else f"entry {name.hex()} ") + p.take(p.left()).hex())
        else:
            require(kind == 4 and n == 8 and p.uint(8) == count, "damaged")
            last = True
        count += 1
    require(last, "damaged")
    return {"says": ", ".join(says)}


FOLDERS = {
    "store/keyslot/testdata/vectors": {"": slot},
    "store/vault/testdata/vectors": {"": vault},
    "store/backup/testdata/vectors": {"": backup},
}
