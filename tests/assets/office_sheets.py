"""Tables, slides, OpenDocument files and texts of the corpus of conversion."""

from __future__ import annotations

from collections.abc import Iterator

from tests.assets.office_parts import ARABIC, CYRILLIC, HEBREW, Sample, odf, pptx, relations, xlsx

_STYLE = '<style:style style:name="{}" style:family="{}">{}</style:style>'
_CODE = 'Function AtWork()&#10;AtWork = "it ran"&#10;End Function'


def tables(server: str) -> Iterator[Sample]:
    """Yield workbooks: formulas with and without results, live values, hidden sheets and rows, links."""
    counted = _rows(_words("A1", CYRILLIC), _cell("A2", "1250"), _cell("A3", "2500", "A2*2"))
    told = frozenset({"formulas"})
    yield Sample(name="formulas.xlsx", body=xlsx(("S", "visible", counted)), told=told, shown=("2500", CYRILLIC))
    fresh = _rows(_cell("A1", "21"), '<c r="A2"><f>A1*2</f></c>')
    yield Sample(name="fresh.xlsx", body=xlsx(("S", "visible", fresh)), told=told, shown=("42",))
    live = _rows(_cell("A1", "1", "TODAY()"), _cell("A2", "7", f"WEBSERVICE(&quot;{server}/rate&quot;)"))
    told = frozenset({"formulas", "live-values", "outside"})
    yield Sample(name="live.xlsx", body=xlsx(("S", "visible", live)), told=told)
    concealed = ("Secret", "veryHidden", _rows(_words("A1", "concealed")))
    body = xlsx(("Open", "visible", _rows(_words("A1", "on paper"))), concealed)
    told = frozenset({"hidden-sheets"})
    yield Sample(name="sheets.xlsx", body=body, told=told, shown=("on paper",), gone=("concealed",))
    rows = f'<row r="1">{_words("A1", "seen")}</row><row r="2" hidden="1">{_words("A2", "unseen")}</row>'
    body, told = xlsx(("S", "visible", f"<sheetData>{rows}</sheetData>")), frozenset({"hidden-rows"})
    yield Sample(name="rows.xlsx", body=body, told=told, shown=("seen",), gone=("unseen",))
    link = relations(("r1", "externalLinkPath", "file:///srv/rates.xlsx"))
    parts: dict[str, bytes | str] = {"xl/externalLinks/_rels/externalLink1.xml.rels": link}
    body = xlsx(("S", "visible", _rows(_words("A1", "linked"))), parts=parts)
    yield Sample(name="linked.xlsx", body=body, told=frozenset({"outside"}), shown=("linked",))


def endless_sheet(rows: int) -> bytes:
    """Return a workbook of so many rows."""
    return xlsx(("S", "visible", _rows(*(_cell(f"A{n}", str(n)) for n in range(1, rows + 1)))))


def slides() -> Iterator[Sample]:
    """Yield presentations, each with a slide that is not shown."""
    body = pptx((CYRILLIC, ""), ("skipped", 'show="0"'), ("the end", ""))
    told = frozenset({"hidden-slides"})
    yield Sample(name="slides.pptx", body=body, told=told, shown=(CYRILLIC, "the end"), gone=("skipped",), pages=2)
    page = (
        '<draw:page draw:name="{0}" draw:style-name="{1}"><draw:frame svg:x="1cm" svg:y="1cm" svg:width="9cm" '
        'svg:height="2cm"><draw:text-box><text:p>{0}</text:p></draw:text-box></draw:frame></draw:page>'
    )
    hiding = '<style:drawing-page-properties presentation:visibility="hidden"/>'
    styles = _STYLE.format("H", "drawing-page", hiding) + _STYLE.format("V", "drawing-page", "")
    body = odf("presentation", page.format("shown", "V") + page.format("skipped", "H"), styles=styles)
    yield Sample(name="slides.odp", body=body, told=told, shown=("shown",), gone=("skipped",))


def open_documents(server: str) -> Iterator[Sample]:
    """Yield OpenDocument texts and a table."""
    yield Sample(name="letters.odt", body=odf("text", f"<text:p>{CYRILLIC}</text:p>"), shown=(CYRILLIC,))
    change = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:insertion><office:change-info>'
        "<dc:creator>A</dc:creator><dc:date>2026-01-01T00:00:00</dc:date></office:change-info></text:insertion>"
        '</text:changed-region></text:tracked-changes><text:p>Price <text:change-start text:change-id="c1"/>seventy'
        '<text:change-end text:change-id="c1"/></text:p>'
    )
    told = frozenset({"tracked-changes"})
    yield Sample(name="changes.odt", body=odf("text", change), told=told, shown=("seventy",))
    yield _with_everything(server)
    row = "<table:table-row><table:table-cell {}><text:p>{}</text:p></table:table-cell></table:table-row>"
    counted = 'table:formula="of:=[.A1]*2" office:value-type="float" office:value="42"'
    cells = row.format('office:value-type="float" office:value="21"', "21") + row.format(counted, "42")
    hidden = row.format('office:value-type="string"', "concealed")
    body = odf(
        "spreadsheet",
        f'<table:table table:name="S">{cells}</table:table>'
        f'<table:table table:name="T" table:style-name="H">{hidden}</table:table>',
        styles=_STYLE.format("H", "table", '<style:table-properties table:display="false"/>'),
    )
    told = frozenset({"formulas", "hidden-sheets"})
    asked = row.format('table:formula="of:=ATWORK()"', "")
    acting = odf("spreadsheet", f'<table:table table:name="S">{cells}{asked}</table:table>', parts=_basic())
    acts = frozenset({"macros", "formulas"})
    yield Sample(name="macros.ods", body=acting, told=acts, shown=("42",), gone=("it ran",))
    yield Sample(name="sheet.ods", body=body, told=told, shown=("42",), gone=("concealed",))


def _with_everything(server: str) -> Sample:
    body = (
        "<text:p>Read <office:annotation><dc:creator>A</dc:creator><dc:date>2026-01-01T00:00:00</dc:date>"
        "<text:p>too cheap</text:p></office:annotation>this"
        '<text:date text:date-value="2026-01-01">1 May</text:date></text:p><text:p>'
        f'<draw:frame svg:width="1cm" svg:height="1cm"><draw:image xlink:href="{server}/pixel.png"/></draw:frame>'
        '</text:p><text:p><text:span text:style-name="H">concealed</text:span></text:p>'
    )
    style = _STYLE.format("H", "text", '<style:text-properties text:display="none"/>')
    told = frozenset({"comments-left-out", "live-values", "outside", "hidden-text"})
    gone = ("too cheap", "concealed")
    return Sample(name="many.odt", body=odf("text", body, styles=style), told=told, shown=("Read",), gone=gone)


def texts(server: str) -> Iterator[Sample]:
    """Yield plain texts of several encodings, a web page and an RTF."""
    lines = f"{CYRILLIC}\n\n  indented   text\tand a tab\n{HEBREW} 17\n{ARABIC}\n\fsecond page <b>&amp;\n"
    yield Sample(name="utf-8.txt", body=lines.encode(), shown=(CYRILLIC, "<b>&amp;"), pages=2)
    yield Sample(name="utf-16.txt", body=lines.encode("utf-16"), shown=(CYRILLIC, "second page"), pages=2)
    guessed, words = frozenset({"encoding-guessed"}), "Покупатель обязуется оплатить товар в течение десяти дней"
    for encoding in ("cp1251", "koi8-r", "cp866"):
        yield Sample(name=f"{encoding}.txt", body=words.encode(encoding), told=guessed, shown=("Покупатель",))
    yield Sample(name="western.txt", body="Größe: 5 £".encode("cp1252"), told=guessed, shown=("Größe",))
    page = (
        f'<!DOCTYPE html><html><head><title>t</title><link rel=stylesheet href="{server}/a.css">'
        f'<script>var secret="ran"</script></head><body onload="x()"><h1>{CYRILLIC}</h1><p dir=rtl>{HEBREW}</p>'
        f'<table border=1><tr><td>cell<td>1 &lt; 2</table><img src="{server}/pixel.png" alt="logo">'
        f'<p style="display:none">concealed</p><iframe src="{server}/f">frame</iframe></body></html>'
    )
    told = frozenset({"web-page", "outside", "hidden-text", "scripts-left-out"})
    shown, gone = (CYRILLIC, "cell", "1 < 2", "logo"), ("concealed", "ran", "frame")
    yield Sample(name="page.html", body=page.encode(), told=told, shown=shown, gone=gone)
    rtf = (
        rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Times New Roman;}}\f0 \'c4\'ee\'e3\'ee\'e2\'ee\'f0 {\v concealed}"
        rb"\par{\revised new words}}"
    )
    told = frozenset({"hidden-text", "tracked-changes"})
    yield Sample(name="letter.rtf", body=rtf, told=told, shown=("Договор", "new words"), gone=("concealed",))


def _cell(place: str, value: str, formula: str = "") -> str:
    counted = f"<f>{formula}</f>" if formula else ""
    return f'<c r="{place}">{counted}<v>{value}</v></c>'


def _words(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def _rows(*rows: str) -> str:
    listed = "".join(f'<row r="{n}">{row}</row>' for n, row in enumerate(rows, 1))
    return f"<sheetData>{listed}</sheetData>"


def _basic() -> dict[str, bytes | str]:
    """Return the parts of a macro."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    names = 'xmlns:library="http://openoffice.org/2000/library" library:name="Standard"'
    kept = 'library:readonly="false" library:passwordprotected="false"'
    module = 'xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic"'
    libraries = 'xmlns:library="http://openoffice.org/2000/library"'
    listed, element = (
        '<library:library library:name="Standard" library:link="false"/>',
        '<library:element library:name="Module1"/>',
    )
    return {
        "Basic/script-lc.xml": f"{head}<library:libraries {libraries}>{listed}</library:libraries>",
        "Basic/Standard/script-lb.xml": f"{head}<library:library {names} {kept}>{element}</library:library>",
        "Basic/Standard/Module1.xml": f"{head}<script:module {module}>{_CODE}</script:module>",
    }
