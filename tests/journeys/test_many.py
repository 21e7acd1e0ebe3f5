"""Journeys of more than one document: a list with one code, an album, photos of paper, what cannot be signed."""

from __future__ import annotations

import asyncio
import io
import zipfile

import pillow_heif
import pypdfium2
from PIL import Image, ImageDraw

from playground.telegram.person import TelegramPerson
from tests.journeys.company import Company
from tests.journeys.story import (
    Message,
    a_pdf,
    ask,
    card_of,
    choose,
    enter_code,
    files,
    has,
    same,
    sign_typed,
    signed_file,
    text,
)

RED, GREEN = (250, 0, 0), (0, 250, 0)
ORIENTATION = 0x0112
A_LIST_S = 90.0


async def a_list(office: Company, names: list[str], *, cancelled: str = "") -> tuple[str, list[str]]:
    """Let three people ask for these, sign all with one code; return the last words of the list and what came back."""
    signer, askers = office.signer(), [office.employee() for _ in range(3)]
    phones = [asker.telegram() for asker in askers]

    async def ask_all(phone: TelegramPerson, mine: list[str]) -> dict[str, Message]:
        return {name: await ask(phone, signer, pdf=a_pdf(name), name=name) for name in mine}

    async with signer.telegram() as ivan:
        asked = await asyncio.gather(*(ask_all(phone, names[at::3]) for at, phone in enumerate(phones)))
        button = f"Sign {len(names)} with one code"
        step = await ivan.wait_for(lambda m: has(m, f"{len(names)} requests wait", button=button), timeout_s=A_LIST_S)
        await ivan.press(step, button)
        step = await ivan.wait_for(lambda m: has(m, f"{len(names)} documents", button="Type it here"))
        for phone, mine in zip(phones, asked, strict=True):
            if cancelled in mine:
                await phone.press(mine[cancelled], "Cancel")
                sure = await phone.wait_for(same(mine[cancelled], button="take it back"))
                await phone.press(sure, "take it back")
                await phone.wait_for(same(mine[cancelled], "Taken back"))
        await enter_code(ivan, step, await signer.code())
        left = len(names) - bool(cancelled)
        done = await ivan.wait_for(same(step, f"Signed {left} of {len(names)}"), timeout_s=A_LIST_S)
        came: list[str] = []
        for phone, mine in zip(phones, asked, strict=True):
            came += await _file_names(phone, count=len(mine) - (cancelled in mine))
    for phone in phones:
        await phone.close()
    return text(done), came


async def _file_names(phone: TelegramPerson, *, count: int) -> list[str]:
    """Return the names of all files that came, waiting until there are so many."""
    for _ in range(360):
        if len(sent := await files(phone)) >= count:
            break
        await asyncio.sleep(0.5)
    return [m["document"]["file_name"] for m in sent]


async def test_twelve_documents_are_signed_with_one_code(office: Company) -> None:
    names = [f"Twelve {number:02d}.pdf" for number in range(12)]
    _, came = await a_list(office, names)
    assert sorted(came) == [name.replace(".pdf", " signed.pdf") for name in names]
    confirmed = [row for row in office.rows("request:confirmed") if row["facts"].get("nonce")]
    nonces = [row["facts"]["nonce"] for row in confirmed]
    assert max(nonces.count(nonce) for nonce in nonces) == 12


async def test_one_of_twelve_that_is_taken_back_leaves_eleven_signed_and_is_named(office: Company) -> None:
    names = [f"Eleven {number:02d}.pdf" for number in range(12)]
    said, came = await a_list(office, names, cancelled="Eleven 07.pdf")
    assert "✖ Eleven 07.pdf: " in said
    assert said.count("✖") == 1
    assert sorted(came) == [name.replace(".pdf", " signed.pdf") for name in names if "07" not in name]


async def test_an_album_is_one_request_with_several_documents(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        album = [(f"Annex {number}.pdf", a_pdf(f"Annex {number}")) for number in (1, 2, 3)]
        await anna.send_album(album, caption="all three, please")
        card = await anna.wait_for(lambda m: has(m, "Annex 1.pdf", "Annex 2.pdf", "Annex 3.pdf", "Who shall sign?"))
        await choose(anna, card, signer)
        await sign_typed(ivan, "Annex 1.pdf", await signer.code())
        await anna.wait_for(lambda m: m.get("document", {}).get("file_name") == "Annex 3 signed.pdf", timeout_s=120)
        came = {m["document"]["file_name"]: await anna.download(m) for m in await files(anna)}
    assert sorted(came) == [f"Annex {number} signed.pdf" for number in (1, 2, 3)]
    assert all(came[name.replace(".pdf", " signed.pdf")].startswith(pdf) for name, pdf in album)


def a_photo() -> Image.Image:
    """Return a portrait, red at the top and green below."""
    photo = Image.new("RGB", (300, 400), GREEN)
    ImageDraw.Draw(photo).rectangle((0, 0, 300, 200), fill=RED)
    return photo


def as_jpeg_held_sideways() -> bytes:
    """Return the photo as a telephone stores it that was held sideways: turned, with the way back in its EXIF."""
    exif, file = Image.Exif(), io.BytesIO()
    exif[ORIENTATION] = 6
    a_photo().transpose(Image.Transpose.ROTATE_90).save(file, "JPEG", exif=exif)
    return file.getvalue()


def as_heic() -> bytes:
    """Return the photo as an iPhone stores it."""
    file = io.BytesIO()
    pillow_heif.from_pillow(a_photo()).save(file, quality=90)
    return file.getvalue()


def looks_upright(page: pypdfium2.PdfPage) -> bool:
    """Tell whether a page is a portrait with red above green."""
    picture = page.render(scale=0.5).to_pil().convert("RGB")
    seen = [picture.getpixel((picture.width // 2, int(picture.height * place))) for place in (0.4, 0.6)]
    above, below = [pixel if isinstance(pixel, tuple) else (0, 0, 0) for pixel in seen]
    return bool(picture.height > picture.width and above[0] > above[1] + 100 and below[1] > below[0] + 100)


async def test_photos_become_one_pdf_the_right_way_up(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        await anna.send_album([("Act.jpg", as_jpeg_held_sideways()), ("Act 2.heic", as_heic())])
        card = await anna.wait_for(lambda m: has(m, "Act.pdf", "2 pages", "Who shall sign?"))
        await choose(anna, card, signer)
        await sign_typed(ivan, "Act.pdf", await signer.code())
        signed = await signed_file(anna)
    with pypdfium2.PdfDocument(signed) as pdf:
        assert [looks_upright(pdf[place]) for place in range(len(pdf))] == [True, True]


async def test_an_office_file_is_refused_with_words_and_leaves_nothing(office: Company) -> None:
    employee, file = office.employee(), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    async with employee.telegram() as anna:
        sent = await anna.send_document(file.getvalue(), "Letter.docx")
        told = await anna.wait_for(lambda m: has(m, "Letter.docx", "save it as PDF"))
        assert told["reply_to_message"]["message_id"] == sent["message_id"]
        await anna.send_text("/mine")
        await anna.wait_for(lambda m: has(m, "not asked for anything"))


async def test_pages_and_the_file_come_on_a_tap(office: Company) -> None:
    signer, employee = office.signer(), office.employee()
    async with employee.telegram() as anna, signer.telegram() as ivan:
        pdf = a_pdf("Look")
        mine = await ask(anna, signer, pdf=pdf, name="Look.pdf")
        await ivan.press(await card_of(ivan, "Look.pdf"), "Pages")
        whole = await ivan.wait_for(lambda m: m["from"]["is_bot"] and "document" in m)
        assert await ivan.download(whole) == pdf
        await anna.wait_for(same(mine, f"{signer.name} looked at it"))
