"""Makes bot_api_schema.json of the npm package @gramio/types: `python -m playground.telegram.generate_schema`."""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGE = "@gramio/types@10.3.1"
SCHEMA_PATH = Path(__file__).with_name("bot_api_schema.json")

Fields = dict[str, str]

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INTERFACE = re.compile(r"^export interface (\w+) \{(?:\n(.*?)^)?\}", re.DOTALL | re.MULTILINE)
_ALIAS = re.compile(r"^export type (\w+) =(.*?)(?=^export |\Z)", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^    (\w+)(\??):(.*?)(?=^    \w+\??:|\Z)", re.DOTALL | re.MULTILINE)
_METHOD = re.compile(r"^    (\w+): CallAPI\w*<(.*?)>$", re.DOTALL | re.MULTILINE)
_CONVERTIBLE = re.compile(r"\|?\s*\{ to(?:String|JSON)\(\): \w+(?:\.\w+)? \}")
_NAME = re.compile(r'"[^"]*"|\b([A-Za-z]\w*)')
_BUILT_IN = frozenset({"string", "number", "boolean", "true", "float", "file"})
# The declarations know only `number`; Bot API documents these as Float, every other number as Integer.
_FLOAT_FIELDS = frozenset({
    "latitude", "longitude", "horizontal_accuracy", "x_shift", "y_shift", "scale", "main_frame_timestamp",
    "cover_frame_timestamp", "x_percentage", "y_percentage", "width_percentage", "height_percentage",
    "rotation_angle", "corner_radius_percentage", "temperature",
})  # fmt: skip


def generate(declarations: dict[str, str]) -> dict[str, object]:
    """Return methods and the object types they take, each field as a type expression, `?` = may be left out.

    `declarations` maps `methods`, `params`, `objects` to the text of those three `.d.ts` files.
    """
    objects = _COMMENT.sub("", declarations["objects"])
    params = _COMMENT.sub("", declarations["params"])
    interfaces, aliases = _interfaces(objects), _aliases(objects) | _aliases(params)
    signatures = _COMMENT.sub("", declarations["methods"])
    methods = dict(sorted(_methods(signatures, _interfaces(params), interfaces["Update"])))
    reached = _closure(methods, interfaces, aliases)
    return {
        "source": PACKAGE,
        "methods": methods,
        "objects": {name: interfaces[name] for name in sorted(reached & interfaces.keys())},
        "unions": {name: aliases[name] for name in sorted(reached & aliases.keys())},
    }


def _methods(text: str, params: dict[str, Fields], update: Fields) -> Iterator[tuple[str, Fields]]:
    kinds = "|".join(f'"{name}"' for name in update if name != "update_id")
    for name, types in _METHOD.findall(text):
        taken = re.search(r"Params\.(\w+)", types)
        fields = params[taken[1]] if taken else {}
        yield name, {field: type_.replace("UPDATE_KIND", f"({kinds})") for field, type_ in fields.items()}


def _interfaces(text: str) -> dict[str, Fields]:
    return {_short(name): dict(_fields(body)) for name, body in _INTERFACE.findall(text)}


def _fields(body: str) -> Iterator[tuple[str, str]]:
    for name, optional, type_ in _FIELD.findall(body):
        expression = _expression(type_)
        if name in _FLOAT_FIELDS:
            expression = expression.replace("number", "float")
        yield name, expression + optional


def _aliases(text: str) -> dict[str, str]:
    return {_short(name): _expression(type_) for name, type_ in _ALIAS.findall(text)}


def _expression(type_: str) -> str:
    text = _CONVERTIBLE.sub("", type_).replace("Objects.", "").replace("Blob", "file")
    text = re.sub(r'Exclude<keyof \w+, "update_id">', "UPDATE_KIND", text)
    text = re.sub(r"\s+", "", text).replace("(|", "(").lstrip("|")
    return re.sub(r"\bTelegram(?=[A-Z])", "", text)


def _short(name: str) -> str:
    return name.removeprefix("Telegram")


def _closure(methods: dict[str, Fields], interfaces: dict[str, Fields], aliases: dict[str, str]) -> set[str]:
    waiting = {name for fields in methods.values() for name in _names(fields.values())}
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        used = list(interfaces[name].values()) if name in interfaces else [aliases[name]]
        waiting |= _names(used) - reached
    return reached


def _names(expressions: Iterable[str]) -> set[str]:
    return {found for text in expressions for found in _NAME.findall(text) if found} - _BUILT_IN


def download(package: str) -> dict[str, str]:
    """Return the three declaration files of the npm `package`; needs npm and a registry."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", package]
        packed = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
        with tarfile.open(Path(folder) / packed.stdout.strip()) as archive:
            return {name: _text_of(archive, f"package/out/{name}.d.ts") for name in ("methods", "params", "objects")}


def _text_of(archive: tarfile.TarFile, name: str) -> str:
    member = archive.extractfile(name)
    if member is None:
        raise FileNotFoundError(name)
    return member.read().decode()


if __name__ == "__main__":
    SCHEMA_PATH.write_text(json.dumps(generate(download(PACKAGE)), indent=0, separators=(",", ":")) + "\n")
