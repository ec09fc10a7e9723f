"""Test vectors as files: lines of "key: value", an empty line, and the bytes in
hexadecimal. docs/spec/README.md says how they are laid out."""

import json


class Fault(Exception):
    """What is wrong with some bytes; its text is the class of the failure, as
    the specifications print it in italics and vectors name it under "expect"."""


def require(condition, fault):
    """Raises a Fault of a class unless a condition holds."""
    if not condition:
        raise Fault(fault)


class Vector:
    """One file. Each line of its head has to be read by the check of its kind,
    or the file says something that nobody looked at."""

    def __init__(self, path):
        self.changed = False  # a bit of its bytes was
        head, separator, body = path.read_text(encoding="utf-8").partition("\n\n")
        if not separator:
            raise ValueError("no head with an empty line behind it")
        self.fields = []
        for line in head.split("\n"):
            key, separator, value = line.partition(": ")
            if not separator:
                raise ValueError(f'line {line!r} is not "key: value"')
            self.fields.append((key, value))
        self.data = bytes.fromhex(body)
        self.unread = {key for key, _ in self.fields} - {"comment"}

    def all(self, key):
        """Returns the values of a key in the order of the file."""
        self.unread.discard(key)
        return [value for k, value in self.fields if k == key]

    def get(self, key, default=None):
        """Returns the value of a key that stands at most once, or the default."""
        values = self.all(key)
        if len(values) > 1 or (not values and default is None):
            raise ValueError(f"{len(values)} lines {key!r}, want one")
        return values[0] if values else default

    def bytes(self, key, default=None):
        """Returns the value of a key that is in hexadecimal."""
        return bytes.fromhex(self.get(key, default))

    def int(self, key, default=None):
        """Returns the value of a key that is a decimal number."""
        return int(self.get(key, default))


class Reader:
    """Takes bytes apart from the front. What is missing is *truncated*."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, n):
        """Returns the next n bytes."""
        require(n <= len(self.data) - self.at, "truncated")
        self.at += n
        return self.data[self.at - n:self.at]

    def uint(self, n):
        """Returns the next n bytes as a big-endian number."""
        return int.from_bytes(self.take(n), "big")

    def uvarint(self):
        """Returns a number of seven bits per byte, lowest first, in its shortest form."""
        value = shift = 0
        while True:
            byte = self.uint(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                require(byte != 0 or shift == 7, "not-canonical")
                return value

    def left(self):
        """Returns how many bytes have not been taken."""
        return len(self.data) - self.at

    def end(self, fault):
        """Demands that nothing is left."""
        require(self.left() == 0, fault)


def quoted(text):
    """Returns a text in quotes, as vectors show it."""
    return json.dumps(text, ensure_ascii=False)


def ascending(numbers):
    """Reports whether each number is above the one before."""
    return all(a < b for a, b in zip(numbers, numbers[1:]))
