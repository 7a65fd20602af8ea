"""The weights of an expert that changes nothing: a safetensors file without tensors, written without torch.

Every expert is born with it (or with shipped weights), so that rolling back to birth gives the untouched backbone.
"""

from __future__ import annotations

import json
import struct

from nestdesk.core.types import Function, Level


def identity_blob(function: Function, level: Level, backbone: str) -> bytes:
    """Return the file's bytes; backbone is the fingerprint the expert belongs to.

    Reference: the safetensors format: a 64-bit little-endian header length, then the JSON header.
    """
    inner = json.dumps({"function": str(function), "level": str(level), "backbone": backbone}, sort_keys=True)
    header = json.dumps({"__metadata__": {"nestdesk": inner}}).encode()
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header
