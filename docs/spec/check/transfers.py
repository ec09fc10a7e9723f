"""docs/spec/frame.md, section "Fragments": a bundle in shards, some of which repair."""

from hashlib import sha256

from vector import require

BLOCK, ROWS = 64, 255


def product(a, b):
    """Multiplies in GF(2^8) with the polynomial 11d."""
    out = 0
    while b:
        if b & 1:
            out ^= a
        a, b = a << 1, b >> 1
        if a & 0x100:
            a ^= 0x11D
    return out


INVERSE = [0] * 256
for x in range(1, 256):
    INVERSE[x] = next(y for y in range(1, 256) if product(x, y) == 1)


def blocks(count):
    return -(-count // BLOCK)


def data_rows(count, block):
    return -(-(count - block) // blocks(count))


def place(count, index):
    """Returns the block of a shard and its row there."""
    b = blocks(count)
    if index < count:
        return index % b, index // b
    block, j = (index - count) % b, (index - count) // b
    return block, data_rows(count, block) + j


def scaled(row, factor):
    return [product(v, factor) for v in row]


def solve(d, rows):
    """Returns the data rows of a block, by elimination, from d rows by number."""
    equations = []
    for r, data in sorted(rows.items())[:d]:
        factors = [int(r == c) if r < d else INVERSE[r ^ c] for c in range(d)]
        equations.append(factors + list(data))
    for c in range(d):
        pivot = next(i for i in range(c, d) if equations[i][c])
        equations[c], equations[pivot] = equations[pivot], equations[c]
        equations[c] = scaled(equations[c], INVERSE[equations[c][c]])
        for i in range(d):
            if i != c and equations[i][c]:
                equations[i] = [a ^ b for a, b in zip(equations[i], scaled(equations[c], equations[i][c]))]
    return [bytes(e[d:]) for e in equations]


def join(shards):
    """Returns the bundle of fragments, which are as many as it takes."""
    transfer, count, size = shards[0][0], shards[0][1], len(shards[0][3])
    held = [{} for _ in range(blocks(count))]
    for name, k, index, data in shards:
        require((name, k, len(data)) == (transfer, count, size), "conflict")
        block, row = place(count, index)
        require(held[block].setdefault(row, data) == data, "conflict")
    pieces = [b""] * count
    for block, rows in enumerate(held):
        d = data_rows(count, block)
        require(len(rows) >= d, "conflict")
        pieces[block::blocks(count)] = solve(d, rows)
    padded = b"".join(pieces).rstrip(b"\0")
    require(padded[-1:] == b"\x80" and len(padded) > (count - 1) * size and len(padded) > 1, "conflict")
    require(sha256(padded[:-1]).digest()[:2] == transfer, "conflict")
    return padded[:-1]
