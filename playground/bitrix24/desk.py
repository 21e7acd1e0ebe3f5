"""The page of one deal: its card, the file to be signed, the timeline; what a salesperson sees in the portal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from playground.bitrix24.bizproc import Bizproc, Process
from playground.bitrix24.notifications import Notifications
from playground.bitrix24.office import STAGES, Comment, Deal, Office, StoredFile, pipeline_of
from playground.bitrix24.placements import Placements

PAGE = Path(__file__).with_name("page")
SAMPLES = Path(__file__).parents[1] / "page" / "samples"
LIMIT_BYTES = 20 << 20

BESIDE = "UF_CRM_SIGNATURES"
"""The field for signatures in files of their own."""


class Desk:
    """Pages for people; `field` is the file field that the card shows, `seller` who sits there."""

    def __init__(
        self, office: Office, notifications: Notifications, *, field: str, placements: Placements, bizproc: Bizproc
    ) -> None:
        self._office = office
        self._notifications = notifications
        self._field = field
        self._placements = placements
        self._bizproc = bizproc
        self.seller = 0
        self.signer = 0
        """Whom the page proposes for a process."""

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes."""
        return [
            web.get("/", self._page),
            web.get("/crm/deal/details/{deal:\\d+}/", self._page),
            web.static("/desk/page", PAGE),
            web.get("/desk/deals", self._deals),
            web.get("/desk/people", self._people),
            web.get("/desk/widget/{placement:[A-Z_]+}", self._widget),
            web.post("/desk/deals/{deal:\\d+}/file", self._put),
            web.post("/desk/deals/{deal:\\d+}/sample", self._sample),
            web.post("/desk/deals/{deal:\\d+}/process", self._start),
            web.get("/desk/files/{file:\\d+}", self._file),
            web.get("/desk/comments/{comment:\\d+}/{place:\\d+}", self._attached),
        ]

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "deal.html")

    async def _deals(self, _request: web.Request) -> web.Response:
        return web.json_response([self._deal(deal) for deal in self._office.deals.values()])

    async def _people(self, _request: web.Request) -> web.Response:
        users = [{"id": user.id, "name": self._name(user.id)} for user in self._office.users.values()]
        return web.json_response({"people": users, "seller": self.seller})

    async def _widget(self, request: web.Request) -> web.Response:
        """What the portal puts into the frame of an application's page, for who sits there."""
        placement, deal = request.match_info["placement"], request.query.get("deal", "0")
        user = int(request.query.get("user") or self.seller)
        options: dict[str, Any] = {
            "CRM_DEAL_DETAIL_TAB": {"ID": deal},
            "USERFIELD_TYPE": {
                "MODE": "view", "ENTITY_ID": "CRM_DEAL", "FIELD_NAME": next(iter(self._office.buttons), ""),
                "ENTITY_VALUE_ID": deal, "VALUE": None, "MULTIPLE": "N", "MANDATORY": "N", "XML_ID": None,
                "ENTITY_DATA": {"entityTypeId": 2, "entityId": deal, "module": "crm"},
            },
        }  # fmt: skip
        page = self._placements.page(placement, options.get(placement), user=user)
        return web.Response(text=page, content_type="text/html")

    async def _put(self, request: web.Request) -> web.Response:
        deal = self._office.deals[int(request.match_info["deal"])]
        body = await request.content.read(LIMIT_BYTES + 1)
        while not request.content.at_eof() and len(body) <= LIMIT_BYTES:
            body += await request.content.read(LIMIT_BYTES)
        if len(body) > LIMIT_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=LIMIT_BYTES, actual_size=len(body))
        by, name = self._sitting(request), request.query.get("name", "file")
        self._office.person_puts(deal, self._field, name=name, body=body, by=by)
        return web.json_response({})

    async def _sample(self, request: web.Request) -> web.Response:
        deal = self._office.deals[int(request.match_info["deal"])]
        sample = next(path for path in sorted(SAMPLES.iterdir()) if path.suffix == ".pdf")
        self._office.person_puts(
            deal, self._field, name=sample.name, body=sample.read_bytes(), by=self._sitting(request)
        )
        return web.json_response({})

    async def _start(self, request: web.Request) -> web.Response:
        """The seller starts a process from the deal's card; its one action is the first that an application offers."""
        deal, given = self._office.deals[int(request.match_info["deal"])], await request.json()
        code = next(iter(self._bizproc.robots), None)
        if code is None:
            raise web.HTTPConflict(text="No application offers an action yet.")
        signer = int(given.get("signer") or 0)
        properties = {"field": self._field, "signer": f"user_{signer}" if signer else ""}
        properties |= {name: str(given[name]) for name in ("route", "document_type") if given.get(name)}
        if given.get("beside"):
            properties["form"] = "cades"
        self._bizproc.start(deal, by=self._sitting(request), code=code, properties=properties)
        return web.json_response({})

    async def _file(self, request: web.Request) -> web.Response:
        return _download(self._office.files.get(int(request.match_info["file"])))

    async def _attached(self, request: web.Request) -> web.Response:
        comment = self._office.comments.get(int(request.match_info["comment"]))
        place = int(request.match_info["place"])
        return _download(comment.files[place] if comment and place < len(comment.files) else None)

    def _sitting(self, request: web.Request) -> int:
        return int(request.query.get("user") or self.seller)

    def _deal(self, deal: Deal) -> Mapping[str, Any]:
        comments = [comment for comment in self._office.comments.values() if comment.deal == deal.id]
        lying = [number for name in (self._field, BESIDE) for number in deal.files.get(name, [])]
        files = [self._office.files[number] for number in lying]
        return {
            "id": deal.id, "title": deal.title, "stages": self._stages(deal),
            "responsible": self._name(deal.assigned_by), "changed_by": self._name(deal.updated_by),
            "files": [{"name": file.name, "bytes": len(file.body), "url": f"/desk/files/{file.id}"} for file in files],
            "timeline": [self._comment(comment) for comment in comments],
            "usual_signer": self.signer,
            "people": [{"id": user, "name": self._name(user)} for user in self._office.users],
            "routes": self._routes(),
            "processes": [self._process(p) for p in self._bizproc.processes.values() if p.deal == deal.id],
            "bell": [{"at": one.at.isoformat(), "text": one.text} for one in self._notifications.of(self.seller)],
        }  # fmt: skip

    def _routes(self) -> list[Mapping[str, str]]:
        """Return the routes that the action offers."""
        robot = next(iter(self._bizproc.robots.values()), {})
        offered = (robot.get("PROPERTIES") or {}).get("route") or {"Options": {}}
        return [{"id": route, "name": name} for route, name in offered["Options"].items()]

    def _stages(self, deal: Deal) -> list[Mapping[str, Any]]:
        of_pipeline = [stage for stage in STAGES if pipeline_of(stage) == pipeline_of(deal.stage)]
        return [{"name": STAGES[stage], "is_now": stage == deal.stage} for stage in of_pipeline]

    def _comment(self, comment: Comment) -> Mapping[str, Any]:
        files = [
            {"name": file.name, "url": f"/desk/comments/{comment.id}/{place}"}
            for place, file in enumerate(comment.files)
        ]
        author = self._name(comment.author)
        return {"at": comment.created_at.isoformat(), "author": author, "text": comment.text, "files": files}

    def _process(self, process: Process) -> Mapping[str, Any]:
        return {
            "at": process.started_at.isoformat(), "by": self._name(process.started_by), "state": process.state,
            "branch": process.branch, "values": process.values,
            "log": [{"at": at.isoformat(), "text": text} for at, text in process.log],
        }  # fmt: skip

    def _name(self, user: int) -> str:
        found = self._office.users.get(user)
        return f"{found.name} {found.last_name}" if found else ""


def _download(file: StoredFile | None) -> web.Response:
    if file is None:
        raise web.HTTPNotFound
    named = f"inline; filename*=utf-8''{quote(file.name, safe='')}"
    return web.Response(body=file.body, content_type="application/pdf", headers={"Content-Disposition": named})
