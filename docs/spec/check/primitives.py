"""The primitives that the specifications name, from Python's own library and
from the package "cryptography" (Debian: python3-cryptography)."""

import hashlib
import hmac as _hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def label(text):
    """Returns a label: the ASCII text and one zero byte behind it."""
    return text.encode("ascii") + b"\0"


def uint(n, value):
    """Returns a number as n bytes, big-endian."""
    return value.to_bytes(n, "big")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def hmac(key, *parts):
    return _hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def same(a, b):
    """Compares two strings of bytes in constant time."""
    return _hmac.compare_digest(a, b)


def extract(salt, secret):
    """HKDF-Extract of RFC 5869."""
    return hmac(salt, secret)


def expand(key, info, length):
    """HKDF-Expand of RFC 5869."""
    out, block, i = b"", b"", 0
    while len(out) < length:
        i += 1
        block = hmac(key, block, info, bytes([i]))
        out += block
    return out[:length]


def aes_ctr(key, data, counter=bytes(16)):
    """AES in counter mode from an initial counter block."""
    cipher = Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor()
    return cipher.update(data) + cipher.finalize()


def verify(public, signature, *parts):
    """Reports whether an Ed25519 signature is that of the key over the parts."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, b"".join(parts))
    except (InvalidSignature, ValueError):
        return False
    return True


def sign_public(seed):
    """Returns the Ed25519 public key of a seed of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def box_public(private):
    """Returns the X25519 public key of a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def x25519(private, public):
    """Returns the shared secret, or None if it would be all zeros."""
    try:
        secret = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        return None
    return secret if any(secret) else None
