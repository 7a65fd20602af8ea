"""Files of weights, spoiled: by a few bytes, by a cut, or in the numbers that say how much room to make."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import strategies as st

ABSURD = (0, 1 << 20, 1 << 31, 1 << 48, (1 << 63) - 1)
ROOM_BYTES = 1 << 29


@contextmanager
def little_memory() -> Iterator[None]:
    """Leave this process room for little more than it has: what makes room for absurd sizes fails at once."""
    if sys.platform != "linux":
        yield
        return
    import resource
    from pathlib import Path

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + ROOM_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def spoil(data: st.DataObject, content: bytes) -> bytes:
    """Return a safetensors file, spoiled."""
    how = data.draw(st.sampled_from(["header", "bytes", "cut", "length"]), label="how")
    length = int.from_bytes(content[:8], "little")
    if how == "header":
        header = json.loads(content[8 : 8 + length])
        names = [name for name in header if name != "__metadata__"]
        tensor = header[data.draw(st.sampled_from(names), label="tensor")]
        number = data.draw(st.sampled_from([*ABSURD, 1, -1, "F32", None]), label="number")
        what = data.draw(st.sampled_from(["shape", "data_offsets", "dtype"]), label="what")
        if what == "dtype":
            tensor["dtype"] = data.draw(st.sampled_from(["F16", "F64", "I64", "F8_E4M3", "C64", "X", number]))
        else:
            tensor[what][data.draw(st.integers(0, len(tensor[what]) - 1)) if tensor[what] else slice(0)] = number
        text = json.dumps(header).encode()
        return len(text).to_bytes(8, "little") + text + content[8 + length :]
    if how == "length":
        return data.draw(st.sampled_from(ABSURD), label="length").to_bytes(8, "little") + content[8:]
    place = data.draw(st.integers(0, min(len(content), length + 64) - 1), label="place")
    if how == "cut":
        return content[:place]
    return content[:place] + data.draw(st.binary(min_size=1, max_size=9), label="bytes") + content[place + 1 :]
