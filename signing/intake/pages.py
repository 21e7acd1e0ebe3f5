"""The page tree, walked without trusting it: loops, lies about counts, depth."""

from __future__ import annotations

import pikepdf

from signing.errors import Refused
from signing.intake.limits import GateLimits


def count_pages(root: pikepdf.Object, limits: GateLimits) -> int:
    """Return the number of pages; refuse `damaged` (loop, wrong count, none), `too-deep`, `too-many-pages`."""
    tree = root.get("/Pages")
    if not isinstance(tree, pikepdf.Dictionary):
        raise Refused("damaged", reason="no-pages")
    pages = 0
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[pikepdf.Object, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > limits.depth:
            raise Refused("too-deep")
        if not isinstance(node, pikepdf.Dictionary) or node.objgen in seen:
            raise Refused("damaged", reason="page-tree")
        seen.add(node.objgen)
        if "/Kids" in node:
            waiting.extend((kid, depth + 1) for kid in node["/Kids"])
        else:
            pages += 1
        if pages > limits.pages:
            raise Refused("too-many-pages", limit=limits.pages)
    if pages == 0 or pages != int(tree.get("/Count", -1)):
        raise Refused("damaged", reason="page-count")
    return pages
