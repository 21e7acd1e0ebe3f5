"""The fields of deals, for documents and the Sign button: made on request, so that nobody clicks them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.phrases import say
from bot.platforms.bitrix24.bindings import FIELD_TYPE, has_widgets, mend
from bot.platforms.bitrix24.client import Portal

_LABELS = {"en": "Document to sign", "ru": "Документ на подпись"}
_BESIDE = {"en": "Signatures of documents", "ru": "Подписи документов"}
_PREFIX = "UF_CRM_"
"""The portal puts it before the name that is given."""


BUTTON_FIELD = "UF_CRM_SIGN_BUTTON"
"""The field that shows the Sign button beside the document."""


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """What deals have now."""

    made: tuple[str, ...]
    there: tuple[str, ...]
    has_button: bool
    """False where the application may not show pages in the portal (permission `placement`)."""


async def set_up(portal: Portal, fields: Sequence[str], *, beside: str | None = None, public_url: str) -> SetUp:
    """Give deals the fields that they lack; takes an administrator of the portal.

    `beside` is the field for signatures of their own; as many fit into it as a deal has documents.
    """
    made = await make_missing(portal, fields)
    if beside is not None:
        made += await make_missing(portal, (beside,), labels=_BESIDE, multiple=True)
    has_button = await has_widgets(portal)
    if has_button:
        await mend(portal, public_url=public_url)
        made += (BUTTON_FIELD,) if await _make_button(portal) else ()
    wanted = (*fields, *((beside,) if beside else ()), *((BUTTON_FIELD,) if has_button else ()))
    return SetUp(made=made, there=tuple(field for field in wanted if field not in made), has_button=has_button)


async def missing_fields(portal: Portal, fields: Sequence[str]) -> tuple[str, ...]:
    """Return which of `fields` deals do not have."""
    there = {str(field["FIELD_NAME"]) async for field in portal.pages("crm.deal.userfield.list", "")}
    return tuple(field for field in fields if field not in there)


async def make_missing(
    portal: Portal, fields: Sequence[str], *, labels: Mapping[str, str] = _LABELS, multiple: bool = False
) -> tuple[str, ...]:
    """Make the file fields that deals do not have yet and return them; takes an administrator of the CRM."""
    missing = await missing_fields(portal, fields)
    for field in missing:
        await portal.write(
            "crm.deal.userfield.add",
            fields={
                "USER_TYPE_ID": "file", "FIELD_NAME": field.removeprefix(_PREFIX), "LABEL": labels["en"],
                "EDIT_FORM_LABEL": dict(labels), "LIST_COLUMN_LABEL": dict(labels), "MANDATORY": "N",
                "MULTIPLE": "Y" if multiple else "N",
            },
        )  # fmt: skip
    return missing


async def _make_button(portal: Portal) -> bool:
    if not await missing_fields(portal, (BUTTON_FIELD,)):
        return False
    number = (await portal.read("app.info"))["ID"]
    labels = {language: say(language, "widget-button") for language in _LABELS}
    await portal.write(
        "crm.deal.userfield.add",
        fields={
            "USER_TYPE_ID": f"rest_{number}_{FIELD_TYPE}", "FIELD_NAME": BUTTON_FIELD.removeprefix(_PREFIX),
            "LABEL": labels["en"], "EDIT_FORM_LABEL": labels, "LIST_COLUMN_LABEL": labels, "MULTIPLE": "N",
            "MANDATORY": "N",
        },
    )  # fmt: skip
    return True
