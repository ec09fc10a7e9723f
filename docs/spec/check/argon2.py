"""Argon2id of RFC 9106 for the check only, where the package "cryptography" is older than
44 and has none. NOT FOR USE: it takes seconds for what a machine does in milliseconds."""

import struct
from array import array
from hashlib import blake2b

WORD = 0xFFFFFFFFFFFFFFFF
LOW = 0xFFFFFFFF
VERSION, ARGON2ID, SLICES = 0x13, 2, 4


def long_hash(data, length):
    """H' of section 3.3."""
    data = struct.pack("<I", length) + data
    if length <= 64:
        return blake2b(data, digest_size=length).digest()
    v = blake2b(data).digest()
    out = v[:32]
    while length - len(out) > 64:
        v = blake2b(v).digest()
        out += v[:32]
    return out + blake2b(v, digest_size=length - len(out)).digest()


def permute(v, i):
    """P of section 3.6 on the 16 words of v at the places i."""
    w = [v[k] for k in i]
    for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                       (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
        p, q, r, s = w[a], w[b], w[c], w[d]
        p = p + q + 2 * (p & LOW) * (q & LOW) & WORD
        s ^= p
        s = s >> 32 | s << 32 & WORD
        r = r + s + 2 * (r & LOW) * (s & LOW) & WORD
        q ^= r
        q = q >> 24 | q << 40 & WORD
        p = p + q + 2 * (p & LOW) * (q & LOW) & WORD
        s ^= p
        s = s >> 16 | s << 48 & WORD
        r = r + s + 2 * (r & LOW) * (s & LOW) & WORD
        q ^= r
        q = q >> 63 | q << 1 & WORD
        w[a], w[b], w[c], w[d] = p, q, r, s
    for k, word in zip(i, w):
        v[k] = word


ROWS = [range(16 * i, 16 * i + 16) for i in range(8)]
COLUMNS = [[2 * i + 16 * j + k for j in range(8) for k in (0, 1)] for i in range(8)]


def compress(x, y):
    """G of section 3.5."""
    r = [a ^ b for a, b in zip(x, y)]
    z = list(r)
    for i in ROWS:
        permute(z, i)
    for i in COLUMNS:
        permute(z, i)
    return array("Q", [a ^ b for a, b in zip(r, z)])


def words(data):
    return array("Q", struct.unpack("<128Q", data))


def addresses(turn, lane, slice_, blocks, passes):
    """Yields the pseudo-random words of a segment that do not depend on what is hashed."""
    zero, counter = [0] * 128, 0
    while True:
        counter += 1
        head = [turn, lane, slice_, blocks, passes, ARGON2ID, counter] + [0] * 121
        block = compress(zero, compress(zero, head))
        yield from block


def reference(word, turn, lane, lanes, slice_, index, segment, columns):
    """Section 3.4: lane and column of the block that a word means."""
    source = word >> 32
    source = lane if turn == 0 and slice_ == 0 else source % lanes
    done = slice_ * segment if turn == 0 else columns - segment
    area = done + index - 1 if source == lane else done - (index == 0)
    x = (word & LOW) ** 2 >> 32
    start = 0 if turn == 0 or slice_ == SLICES - 1 else (slice_ + 1) * segment
    return source, (start + area - 1 - (area * x >> 32)) % columns


def argon2id(password, salt, passes, memory, lanes, length):
    """Returns the hash; memory is in KiB."""
    h0 = blake2b(struct.pack("<6I", lanes, length, memory, passes, VERSION, ARGON2ID) +
                 struct.pack("<I", len(password)) + password + struct.pack("<I", len(salt)) + salt + bytes(8)).digest()
    segment = memory // (SLICES * lanes)
    columns = segment * SLICES
    b = [[None] * columns for _ in range(lanes)]
    for lane in range(lanes):
        for column in (0, 1):
            b[lane][column] = words(long_hash(h0 + struct.pack("<2I", column, lane), 1024))
    for turn in range(passes):
        for slice_ in range(SLICES):
            for lane in range(lanes):
                fixed = turn == 0 and slice_ < SLICES // 2
                stream = addresses(turn, lane, slice_, columns * lanes, passes) if fixed else None
                for index in range(segment):
                    word = next(stream) if fixed else None
                    column = slice_ * segment + index
                    if turn == 0 and column < 2:
                        continue
                    before = b[lane][column - 1]
                    word = word if fixed else before[0]
                    other, at = reference(word, turn, lane, lanes, slice_, index, segment, columns)
                    made = compress(before, b[other][at])
                    if turn:
                        made = array("Q", [x ^ y for x, y in zip(made, b[lane][column])])
                    b[lane][column] = made
    last = [0] * 128
    for row in b:
        last = [x ^ y for x, y in zip(last, row[-1])]
    return long_hash(struct.pack("<128Q", *last), length)
