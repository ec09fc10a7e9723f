"""docs/spec/keyblock.md: the key tree, paths, and the blocks that lock nodes out."""

from dataclasses import dataclass

from primitives import expand, extract, hmac, label, same, sha256, uint, verify
from identity import private
from vector import Fault, Reader, ascending, require

VERTEX, STEP, OPENER = (label(f"blackstart tree {x} v1") for x in ("vertex", "step", "opener"))
WRAP, NETWORK, CHECK = label("blackstart key wrap v1"), label("blackstart network secret v1"), label("blackstart key check v1")
BLOCK, PART = label("blackstart key block v1"), label("blackstart key part v1")
PART_SIZE, LIST_DIGESTS, INLINE_REVOKED, DIRECT_DIGESTS = 204, 25, 16, 10
MAX_SERIAL, MAX_STEPS, MAX_PARTS = 2**31 - 1, 65536, 255


def path_vertices(height, number):
    """Returns the vertices from a node's leaf to the root."""
    leaf = 2**height + number
    return [leaf >> i for i in range(height + 1)]


def step(key, times):
    for _ in range(times):
        key = expand(key, STEP, 32)
    return key


@dataclass
class Path:
    generation: int
    height: int
    number: int
    serial: int
    keys: list  # the leaf's first

    def key(self, vertex, serial):
        """Returns the key of a vertex of the path at a serial."""
        at = path_vertices(self.height, self.number).index(vertex)
        return step(self.keys[at], serial - self.serial)


def take_path(r):
    """Takes a path from a Reader; the header is checked before the keys are."""
    generation, height, number, serial = r.uint(2), r.uint(1), r.uint(2), r.uint(4)
    require(1 <= height <= 16 and 1 <= number <= 65534 and number < 2**height, "not-canonical")
    require(1 <= serial <= MAX_SERIAL, "not-canonical")
    return Path(generation, height, number, serial, [r.take(32) for _ in range(height + 1)])


def encode_path(p):
    return uint(2, p.generation) + uint(1, p.height) + uint(2, p.number) + uint(4, p.serial) + b"".join(p.keys)


def tree_path(seed, generation, height, start, number, serial):
    """Returns the path that the authority makes from the seed of a generation."""
    require(1 <= number <= 65534 and number < 2**height, "not-canonical")
    require(serial >= start, "passed")
    keys = [step(expand(seed, VERTEX + uint(4, v), 32), serial - start) for v in path_vertices(height, number)]
    return Path(generation, height, number, serial, keys)


def cover(height, top, revoked):
    """Returns the vertices below which everybody lives but the revoked, in the
    order of their leaves."""
    found = []

    def visit(vertex, level):
        width = 2**(height - level)
        first = (vertex << (height - level)) - 2**height
        if first > top or first + width <= 1:
            return
        if not any(first <= n < first + width for n in revoked):
            found.append(vertex)
        elif level < height:
            visit(2 * vertex, level + 1)
            visit(2 * vertex + 1, level + 1)

    visit(1, 0)
    return found


@dataclass
class Block:
    serial: int
    first_day: int
    generation: int
    height: int
    top: int
    salt: bytes
    check: bytes
    revoked: list
    cover: list
    wraps: list
    body: bytes  # of part 0, all that is signed
    signature: bytes
    parts: int

    def signed_by(self, root, operator):
        return verify(root, self.signature, BLOCK, operator, uint(4, self.serial), self.body)

    def open(self, path, operator):
        """Returns E, the network's secret on the block's first day."""
        require(path.generation == self.generation, "generation")
        require(path.height == self.height, "height")
        require(path.serial <= self.serial, "passed")
        require(self.serial - path.serial <= MAX_STEPS, "ahead")
        mine = [v for v in path_vertices(path.height, path.number) if v in self.cover]
        require(mine, "revoked")
        opener = expand(path.key(mine[0], self.serial), OPENER, 32)
        info = WRAP + operator + uint(2, self.generation) + uint(4, self.serial) + uint(4, mine[0]) + self.salt
        wrap = self.wraps[self.cover.index(mine[0])]
        b = bytes(x ^ y for x, y in zip(wrap, expand(opener, info, 16)))
        e = extract(NETWORK + operator + uint(4, self.serial) + self.salt, b)
        require(same(hmac(e, CHECK)[:8], self.check), "check")
        return e


def digest(serial, salt, index, part):
    return sha256(PART, uint(4, serial), salt, uint(1, index), part)[:8]


def take_numbers(data, top):
    numbers = [int.from_bytes(data[i:i + 2], "big") for i in range(0, len(data), 2)]
    require(ascending(numbers) and all(1 <= n <= top for n in numbers), "not-canonical")
    return numbers


def assemble(first, rest, digests, parts, serial, salt):
    """Returns the body, after all digests of the parts behind part 0."""
    direct = len(digests)
    lists = direct if parts > DIRECT_DIGESTS else 0
    expected, body = list(digests), first
    for i in range(parts):
        if i < lists:
            size = 8 * min(LIST_DIGESTS, parts - lists - LIST_DIGESTS * i)
        else:
            size = PART_SIZE if i < parts - 1 else rest.left()
        part = rest.take(size)
        require(digest(serial, salt, i + 1, part) == expected[i], "not-canonical")
        if i < lists:
            expected += [part[j:j + 8] for j in range(0, size, 8)]
        else:
            body += part
    return body


def fits(parts, digests, in_part_0, body):
    """Reports whether a number of parts is the smallest that holds a body, given
    how many bytes of part 0 are neither digests nor body."""
    def room(p):
        d = p if p <= DIRECT_DIGESTS else -(-p // 26)
        lists = d if p > DIRECT_DIGESTS else 0
        left = PART_SIZE - in_part_0 - 8 * d
        return -1 if left < 0 else left + PART_SIZE * (p - lists)
    return room(parts) >= body and all(room(p) < body for p in range(parts))


def decode(data):
    """Returns the block in a file's bytes, not verified."""
    r = Reader(data)
    serial = r.uint(4)
    require(r.left(), "truncated")
    require(r.uint(1) == 1, "version")
    first_day, generation, height, top = r.uint(2), r.uint(2), r.uint(1), r.uint(2)
    count, parts, salt, check = r.uint(2), r.uint(1), r.take(8), r.take(8)
    require(1 <= serial <= MAX_SERIAL and 1 <= height <= 16, "not-canonical")
    require(1 <= top <= 65534 and top < 2**height and count <= top, "not-canonical")
    inline = count <= INLINE_REVOKED
    named = r.take(2 * count if inline else 32)
    digests = [r.take(8) for _ in range(parts if parts <= DIRECT_DIGESTS else -(-parts // 26))]
    fixed = r.at - 4 - 8 * len(digests) + 64
    if parts:
        require(len(data) >= 4 + PART_SIZE, "truncated")
        first = r.take(4 + PART_SIZE - 64 - r.at)
        signature = r.take(64)
    else:
        require(len(data) <= 4 + PART_SIZE, "oversized")
        require(r.left() >= 64, "truncated")
        first, signature = r.take(r.left() - 64), data[-64:]
        r.take(64)
    body = assemble(first, r, digests, parts, serial, salt)
    if not inline:
        require(len(body) >= 2 * count, "truncated")
        require(sha256(body[:2 * count]) == named, "not-canonical")
        named, wraps = body[:2 * count], body[2 * count:]
    else:
        wraps = body
    revoked = take_numbers(named, top)
    vertices = cover(height, top, revoked)
    require(len(wraps) >= 16 * len(vertices), "truncated")
    require(len(wraps) == 16 * len(vertices), "oversized")
    require(fits(parts, digests, fixed, len(body)), "not-canonical")
    part_0 = data[4:4 + PART_SIZE] if parts else data[4:]
    return Block(serial, first_day, generation, height, top, salt, check, revoked, vertices,
                 [wraps[i:i + 16] for i in range(0, len(wraps), 16)], part_0[:-64], signature, parts + 1)


def block_vector(v):
    root, operator = private(v.bytes("root-seed")).sign, v.bytes("operator")
    path = take_path(Reader(v.bytes("path")))
    b = decode(v.data)
    require(b.signed_by(root, operator), "signature")
    return {"says": f"{b.open(path, operator).hex()}"}


def path_vector(v):
    r = Reader(v.data)
    p = take_path(r)
    r.end("oversized")
    return {"says": f"generation {p.generation} height {p.height} number {p.number} serial {p.serial} "
                    f"keys {' '.join(key.hex() for key in p.keys)}"}


def seed_vector(v):
    words = v.get("tree").split()
    generation, height, start, number, serial = map(int, words[1::2])
    return {"says": f"path {encode_path(tree_path(v.data, generation, height, start, number, serial)).hex()}"}


FOLDERS = {"message/keyblock": {"block": block_vector, "path": path_vector, "seed": seed_vector}}
