"""The profile that LibreOffice starts with: macros of documents and links off, and our own macro that makes a PDF."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from signing.intake.limits import GateLimits

SOURCE, TARGET, READER, WRITER = "PAGES_SOURCE", "PAGES_TARGET", "PAGES_READER", "PAGES_WRITER"
"""Names in the environment by which the macro is told what to do: no path has to be written into a call."""
MACRO = "macro:///Standard.Pages.Make"
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_LINKS = "/org.openoffice.Office.{}/Content/Update"
_LOADING = "/org.openoffice.Office.Calc/Formula/Load"
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", "true"),  # else the profile is made anew
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    (_SECURITY, "DisableActiveContent", "true"),
    (_LINKS.format("Writer"), "Link", "2"),  # never
    (_LINKS.format("Calc"), "Link", "2"),
    (_LOADING, "OOXMLRecalcMode", "1"),  # never: what the sender saw
    (_LOADING, "ODFRecalcMode", "1"),
)
"""A setting that a version does not know is passed over by it."""
_PDF = {
    "ExportFormFields": "False",  # the values are drawn, the fields are gone
    "ExportNotes": "False",
    "ExportNotesPages": "False",
    "ExportHiddenSlides": "False",
    "ExportBookmarks": "False",
    "UseTaggedPDF": "True",
    "ReduceImageResolution": "False",
    "Quality": "90",
    "PageRange": f'"1-{GateLimits().pages + 1}"',  # one more than the gate lets pass: it says so, in time
}
_LOAD = {
    "Hidden": "True",
    "MacroExecutionMode": "0",  # com.sun.star.document.MacroExecMode.NEVER_EXECUTE
    "UpdateDocMode": "0",  # com.sun.star.document.UpdateDocMode.NO_UPDATE
    "FilterName": f'Environ("{READER}")',
}


def write_profile(folder: Path) -> None:
    """Make the profile in `folder`, which LibreOffice fills with the rest."""
    library = folder / "user" / "basic" / "Standard"
    library.mkdir(parents=True)
    items = "".join(_item(*setting) for setting in _SETTINGS)
    _write(
        folder / "user" / "registrymodifications.xcu",
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
    )
    names = 'xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"'
    place = 'xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple"'
    listed = f'<library:library library:name="Standard" {place} library:link="false"/>'
    _write(folder / "user" / "basic" / "script.xlc", f"<library:libraries {names}>{listed}</library:libraries>")
    kept = 'library:name="Standard" library:readonly="false" library:passwordprotected="false"'
    module = '<library:element library:name="Pages"/>'
    _write(library / "script.xlb", f"<library:library {names} {kept}>{module}</library:library>")
    spoken = 'xmlns:script="http://openoffice.org/2000/script" script:name="Pages" script:language="StarBasic"'
    _write(library / "Pages.xba", f"<script:module {spoken}>{escape(_macro())}</script:module>")


def _macro() -> str:
    """Return the macro in StarBasic; when it fails, there is no target, and that says all."""
    return "\n".join(
        (
            "Sub Make",
            "On Error GoTo Failed",
            *_properties("reading", _LOAD),
            *_properties("drawing", _PDF),
            *_properties("writing", {"FilterName": f'Environ("{WRITER}")', "FilterData": "drawing()"}),
            f'document = StarDesktop.loadComponentFromURL(Environ("{SOURCE}"), "_blank", 0, reading())',
            f'document.storeToURL(Environ("{TARGET}"), writing())',
            "document.close(True)",
            "Failed:",
            "End Sub",
        )
    )


def _properties(name: str, values: dict[str, str]) -> list[str]:
    lines = [f"Dim {name}({len(values) - 1}) As New com.sun.star.beans.PropertyValue"]
    for place, (key, value) in enumerate(values.items()):
        lines += [f'{name}({place}).Name = "{key}"', f"{name}({place}).Value = {value}"]
    return lines


def _item(path: str, name: str, value: str) -> str:
    prop = f'<prop oor:name={quoteattr(name)} oor:op="fuse"><value>{value}</value></prop>'
    return f"<item oor:path={quoteattr(path)}>{prop}</item>"


def _write(place: Path, markup: str) -> None:
    place.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{markup}\n', encoding="utf-8")
