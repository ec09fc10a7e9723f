"""docs/spec/keyblock.md: the key tree, paths, and the blocks that lock nodes out."""

from dataclasses import dataclass

from primitives import expand, extract, hmac, label, same, sha256, uint, verify
from identity import private
from vector import Fault, Reader, ascending, require

VERTEX, STEP, OPENER = (label(f"blackstart tree {x} v1") for x in ("vertex", "step", "opener"))
WRAP, NETWORK, CHECK = label("blackstart key wrap v1"), label("blackstart network secret v1"), label("blackstart key check v1")
BLOCK, PART = label("blackstart key block v1"), label("blackstart key part v1")
PART_SIZE, LIST_DIGESTS, INLINE_REVOKED, DIRECT_DIGESTS = 204, 25, 16, 10
MAX_SERIAL, MAX_STEPS = 2**31 - 1, 65536
HEAD_FIXED = 1 + 2 + 2 + 1 + 2 + 2 + 1 + 8 + 8 + 64  # of part 0, without revoked numbers, digests and body
MAX_BLOCK = 4 + 256 * PART_SIZE


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
    require(serial != 0, "not-canonical")
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

    def digest(self):
        """What tells two blocks with one serial apart."""
        return sha256(uint(4, self.serial), self.body)

    def signed_by(self, root, operator):
        return verify(root, self.signature, BLOCK, operator, uint(4, self.serial), self.body)

    def open(self, path, operator):
        """Returns E, the network's secret on the block's first day."""
        require((path.generation, path.height) == (self.generation, self.height), "generation")
        require(path.serial <= self.serial, "passed")
        require(self.serial - path.serial <= MAX_STEPS, "ahead")
        mine = [v for v in path_vertices(path.height, path.number) if v in self.cover]
        require(mine and path.number <= self.top, "revoked")
        opener = expand(path.key(mine[0], self.serial), OPENER, 32)
        info = WRAP + operator + uint(2, self.generation) + uint(4, self.serial) + uint(4, mine[0]) + self.salt
        wrap = self.wraps[self.cover.index(mine[0])]
        b = bytes(x ^ y for x, y in zip(wrap, expand(opener, info, 16)))
        e = extract(NETWORK + operator + uint(4, self.serial) + self.salt, b)
        require(same(hmac(e, CHECK)[:8], self.check), "check")
        return e


def take_numbers(data, top):
    numbers = [int.from_bytes(data[i:i + 2], "big") for i in range(0, len(data), 2)]
    require(ascending(numbers) and all(1 <= n <= top for n in numbers), "not-canonical")
    return numbers


def list_parts(parts):
    """Returns how many of the parts behind part 0 are lists of digests."""
    return -(-parts // 26) if parts > DIRECT_DIGESTS else 0


def split(parts, r):
    """Takes the parts behind part 0 from a Reader."""
    lists, found = list_parts(parts), []
    for i in range(parts):
        if i < lists:
            size = 8 * min(LIST_DIGESTS, parts - lists - LIST_DIGESTS * i)
        else:
            size = PART_SIZE if i < parts - 1 else min(PART_SIZE, r.left())
        require(size, "truncated")
        found.append(r.take(size))
    r.end("oversized")
    return found


def check_digests(serial, salt, digests, parts):
    """Compares the digests in part 0, and in the lists that they lead to, with all parts."""
    for part in parts[:list_parts(len(parts))]:
        digests = digests + [part[i:i + 8] for i in range(0, len(part), 8)]
    for i, part in enumerate(parts):
        made = sha256(PART, uint(4, serial), salt, uint(1, i + 1), part)[:8]
        require(made == digests[i], "not-canonical")


def fits(parts, fixed, body):
    """Reports whether a number of parts is the smallest that holds a body, given
    how many bytes of part 0 are neither digests nor body."""
    def room(p):
        left = PART_SIZE - fixed - 8 * (list_parts(p) or p)
        return -1 if left < 0 else left + PART_SIZE * (p - list_parts(p))
    return room(parts) >= body and all(room(p) < body for p in range(parts))


def decode(data):
    """Returns the block in a file's bytes, not verified."""
    require(len(data) <= MAX_BLOCK, "oversized")
    whole = Reader(data)
    serial = whole.uint(4)
    part_0 = whole.take(min(PART_SIZE, whole.left()))
    require(part_0, "truncated")
    require(part_0[0] == 1, "version")
    r = Reader(part_0)
    r.take(1)
    first_day, generation, height, top = r.uint(2), r.uint(2), r.uint(1), r.uint(2)
    count, parts, salt, check = r.uint(2), r.uint(1), r.take(8), r.take(8)
    require(1 <= serial <= MAX_SERIAL and 1 <= height <= 16, "not-canonical")
    require(top <= 65534 and top < 2**height, "not-canonical")
    require(parts == 0 or len(part_0) == PART_SIZE, "truncated")
    named = r.take(2 * count if count <= INLINE_REVOKED else 32)
    digests = [r.take(8) for _ in range(list_parts(parts) or parts)]
    require(r.left() >= 64, "truncated")
    body = r.take(r.left() - 64)
    behind = split(parts, whole)
    body += b"".join(behind[list_parts(parts):])
    numbers, wraps, length = named, body, len(body)
    if count > INLINE_REVOKED:
        require(len(body) >= 2 * count, "truncated")
        numbers, wraps = body[:2 * count], body[2 * count:]
    revoked = take_numbers(numbers, top)
    vertices = cover(height, top, revoked)
    require(len(wraps) >= 16 * len(vertices), "truncated")
    require(len(wraps) == 16 * len(vertices), "oversized")
    require(count <= INLINE_REVOKED or sha256(numbers) == named, "not-canonical")
    require(fits(parts, HEAD_FIXED + len(named), length), "not-canonical")
    check_digests(serial, salt, digests, behind)
    return Block(serial, first_day, generation, height, top, salt, check, revoked, vertices,
                 [wraps[i:i + 16] for i in range(0, len(wraps), 16)], part_0[:-64], part_0[-64:], parts + 1)


def block_vector(v):
    root, operator = private(v.bytes("root-seed")).sign, v.bytes("operator")
    path = take_path(Reader(v.bytes("path")))
    b = decode(v.data)
    require(b.signed_by(root, operator), "signature")
    secret = b.open(path, operator)
    return {"says": f"serial {b.serial} first {b.first_day} generation {b.generation} height {b.height} top {b.top} "
                    f"revoked [{' '.join(map(str, b.revoked))}] wraps {len(b.wraps)} parts {b.parts} digest {b.digest().hex()} "
                    f"secret {secret.hex()}"}


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


FOLDERS = {"message/keyblock/testdata/vectors": {"block": block_vector, "path": path_vector, "seed": seed_vector}}
