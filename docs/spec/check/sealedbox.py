"""NaCl's anonymous sealed box, opened for the check only. NOT FOR USE: slow, and
nothing in it takes constant time. Salsa20, HSalsa20 and XSalsa20 are those of
Bernstein's "Extending the Salsa20 nonce", Poly1305 is that of RFC 8439, and the
nonce of the sealed box is libsodium's (crypto_box_seal)."""

import hashlib
import struct

from primitives import box_public, same, x25519

OVERHEAD = 48
SIGMA = struct.unpack("<4I", b"expand 32-byte k")


def quarter(x, a, b, c, d):
    for to, one, other, turn in ((b, a, d, 7), (c, b, a, 9), (d, c, b, 13), (a, d, c, 18)):
        s = (x[one] + x[other]) & 0xFFFFFFFF
        x[to] ^= (s << turn | s >> 32 - turn) & 0xFFFFFFFF


def rounds(key, block):
    """Returns Salsa20's state for a key and 16 bytes, before and after 20 rounds."""
    k, n = struct.unpack("<8I", key), struct.unpack("<4I", block)
    start = [SIGMA[0], *k[:4], SIGMA[1], *n, SIGMA[2], *k[4:], SIGMA[3]]
    x = list(start)
    for _ in range(10):
        for i in range(4):
            quarter(x, *((5 * i + j) % 16 for j in (0, 4, 8, 12)))
        for i in range(4):
            quarter(x, *(4 * i + (i + j) % 4 for j in (0, 1, 2, 3)))
    return start, x


def hsalsa20(key, block):
    _, x = rounds(key, block)
    return struct.pack("<8I", *(x[i] for i in (0, 5, 10, 15, 6, 7, 8, 9)))


def xsalsa20(key, nonce, length):
    """Returns the key stream for a nonce of 24 bytes."""
    key, stream = hsalsa20(key, nonce[:16]), b""
    for counter in range(-(-length // 64)):
        start, x = rounds(key, nonce[16:] + struct.pack("<Q", counter))
        stream += struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(start, x)))
    return stream[:length]


def poly1305(key, data):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    h = 0
    for i in range(0, len(data), 16):
        h = (h + int.from_bytes(data[i:i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((h + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def open_sealed_box(private, sealed):
    """Returns what was sealed to a private key, or None."""
    if len(sealed) < OVERHEAD:
        return None
    ephemeral, tag, text = sealed[:32], sealed[32:48], sealed[48:]
    shared = x25519(private, ephemeral)
    if shared is None:
        return None
    nonce = hashlib.blake2b(ephemeral + box_public(private), digest_size=24).digest()
    stream = xsalsa20(hsalsa20(shared, bytes(16)), nonce, 32 + len(text))
    if not same(poly1305(stream[:32], text), tag):
        return None
    return bytes(a ^ b for a, b in zip(text, stream[32:]))
