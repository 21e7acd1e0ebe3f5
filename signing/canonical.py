"""The one canonical form of what is hashed or signed: JSON as RFC 8785 wants it, for the values that we have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def canonical(body: Mapping[str, Any]) -> bytes:
    """Return `body` as canonical JSON; its values are strings, small integers, lists and objects of those."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
