"""Every object of a PDF, walked once without recursion: what refers to what, how deep, and each dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf

from signing.errors import Refused
from signing.intake.limits import GateLimits

Reference = tuple[int, int]
"""Number and generation of an indirect object."""


@dataclass(kw_only=True)
class ObjectGraph:
    """The objects of one file as `survey` found them."""

    items: int = 0
    """Of all arrays and dictionaries together."""
    edges: dict[Reference, set[Reference]] = field(default_factory=dict)
    dictionaries: list[pikepdf.Object] = field(default_factory=list)
    """All dictionaries, and the dictionaries of all streams, indirect and inside each other."""
    streams: list[pikepdf.Object] = field(default_factory=list)
    typed: dict[str, set[Reference]] = field(default_factory=dict)
    """Indirect dictionaries by their /Type."""

    def reachable(self, start: Reference) -> set[Reference]:
        """Return all that `start` leads to, itself included."""
        seen, waiting = {start}, [start]
        while waiting:
            fresh = self.edges.get(waiting.pop(), set()) - seen
            seen |= fresh
            waiting.extend(fresh)
        return seen


def survey(pdf: pikepdf.Pdf, limits: GateLimits) -> ObjectGraph:
    """Return the graph; refuse `too-many-objects` and `too-deep`."""
    objects = pdf.objects
    if len(objects) > limits.objects:
        raise Refused("too-many-objects", objects=len(objects), limit=limits.objects)
    graph = ObjectGraph()
    for thing in objects:
        if isinstance(thing, pikepdf.Object):  # numbers and strings of their own come as Python values
            _walk(thing, graph, limits)
    return graph


def _walk(thing: pikepdf.Object, graph: ObjectGraph, limits: GateLimits) -> None:
    reference = thing.objgen
    edges = graph.edges.setdefault(reference, set())
    waiting = [(thing, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > limits.depth:
            raise Refused("too-deep")
        _count(node, graph, limits)
        _note(node, graph, reference if depth == 0 else None)
        for child in _children(node):
            if child.is_indirect:
                edges.add(child.objgen)
            else:
                waiting.append((child, depth + 1))


def _count(node: pikepdf.Object, graph: ObjectGraph, limits: GateLimits) -> None:
    """Add up before the items are looked at: one array can hold millions."""
    if isinstance(node, (pikepdf.Array, pikepdf.Dictionary)):
        graph.items += len(node)
    if graph.items > limits.items:
        raise Refused("too-many-objects", objects=graph.items, limit=limits.items)


def _note(node: pikepdf.Object, graph: ObjectGraph, reference: Reference | None) -> None:
    if isinstance(node, pikepdf.Stream):
        graph.streams.append(node)
    if isinstance(node, (pikepdf.Dictionary, pikepdf.Stream)):
        graph.dictionaries.append(node)
        if reference is not None and "/Type" in node:
            graph.typed.setdefault(str(node.get("/Type")), set()).add(reference)


def _children(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield the containers and references directly inside; numbers, names and strings hold nothing."""
    values: Iterator[object]
    if isinstance(node, (pikepdf.Dictionary, pikepdf.Stream)):
        values = iter(dict(node.items()).values())
    elif isinstance(node, pikepdf.Array):
        values = iter(node)
    else:
        return
    for value in values:
        if isinstance(value, pikepdf.Object) and (
            value.is_indirect or isinstance(value, (pikepdf.Dictionary, pikepdf.Array))
        ):
            yield value
