"""docs/spec/time.md: the time as a fixed station tells it."""

from datetime import datetime, timedelta, timezone

from vector import Reader, require

SOURCES = {3: "system", 4: "gps", 6: "operator"}
LAST_MOMENT = 65536 * 86400000 - 1


def duration(milliseconds):
    """Returns a duration as vectors show it: 10ms, 1s, 10m55.35s."""
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, milliseconds = divmod(milliseconds, 60000)
    return (f"{minutes}m" if minutes else "") + f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".") + "s"


def vector(v):
    require(v.data, "truncated")
    require(v.data[0] == 1, "version")
    r = Reader(v.data)
    r.take(1)
    time, error, source = r.uint(6), r.uint(2), r.uint(1)
    r.end("oversized")
    require(time <= LAST_MOMENT and error != 0 and source in SOURCES, "not-canonical")
    at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=time)
    fraction = f".{time % 1000:03}".rstrip("0") if time % 1000 else ""
    return {"beacon": f"time {at:%Y-%m-%dT%H:%M:%S}{fraction}Z error {duration(10 * error)} source {SOURCES[source]}"}


FOLDERS = {"message/clock/testdata/vectors": {"": vector}}
