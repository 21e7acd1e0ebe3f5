"""A company's PKI in miniature: a CA with OCSP, CRL and an RFC 3161 authority on loopback HTTP."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from aiohttp import web
from asn1crypto import ocsp, tsp, x509
from asn1crypto.keys import PrivateKeyInfo
from certomancer.services import (
    CRLBuilder,
    RevocationInfoInterface,
    SimpleOCSPResponder,
    TimeStamper,
    choose_signed_digest,
)

from playground.certificates import TEST_POLICY, CompanyCa, utc_now

_CRL_LIFETIME = timedelta(days=1)
_REQUEST_BYTES = 64 * 1024


class TsaFault(StrEnum):
    """How the time-stamp authority misbehaves until told otherwise."""

    NONE = "none"
    DOWN = "down"
    GARBAGE = "garbage"
    SLOW = "slow"
    WRONG_NONCE = "wrong-nonce"
    WRONG_IMPRINT = "wrong-imprint"


class LoopbackPki:
    """A company CA whose state lies in `folder`, so that a restart keeps the same CA, and its three services.

    `base_url` is where `app()` will be reachable; it may be changed once the port is known.
    """

    def __init__(
        self,
        folder: Path,
        *,
        company: str = "Countersign Playground",
        base_url: str = "http://127.0.0.1:0",
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.ca = CompanyCa(folder, company=company, base_url=base_url, now=now)
        self.tsa_fault = TsaFault.NONE
        self.slow_s = 30.0

    @property
    def base_url(self) -> str:
        """Where the services answer."""
        return self.ca.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self.ca.base_url = url.rstrip("/")

    @property
    def tsa_url(self) -> str:
        """Where time-stamps are asked for."""
        return f"{self.base_url}/tsa"

    @property
    def roots_der(self) -> tuple[bytes, ...]:
        """The trust anchors."""
        return (self.ca.certificate_der("root"),)

    @property
    def roots_pem(self) -> Path:
        """The file with the trust anchors."""
        return self.ca.roots_pem

    def issue(
        self, csr_der: bytes, subject: str | None = None, *, lifetime: timedelta = timedelta(days=365)
    ) -> tuple[bytes, ...]:
        """Return the chain for a certificate request: see `CompanyCa.issue`."""
        return self.ca.issue(csr_der, subject, lifetime=lifetime)

    def revoke(self, certificate_der: bytes) -> None:
        """Revoke a certificate: see `CompanyCa.revoke`."""
        self.ca.revoke(certificate_der)

    def app(self) -> web.Application:
        """Return the aiohttp application: POST /tsa, POST /ocsp, GET /crl, GET /roots.pem, PUT /faults/tsa."""
        app = web.Application(client_max_size=_REQUEST_BYTES)
        app.add_routes(
            [
                web.post("/tsa", self._serve_tsa),
                web.post("/ocsp", self._serve_ocsp),
                web.get("/crl", self._serve_crl),
                web.get("/roots.pem", self._serve_roots),
                web.put("/faults/tsa", self._serve_fault),
            ]
        )
        return app

    def time_stamp(self, request_der: bytes) -> bytes:
        """Return the DER `TimeStampResp` for a `TimeStampReq` (RFC 3161), spoiled when a fault says so."""
        request = tsp.TimeStampReq.load(request_der)
        if self.tsa_fault is TsaFault.WRONG_NONCE:
            request["nonce"] = (request["nonce"].native or 0) + 1
        if self.tsa_fault is TsaFault.WRONG_IMPRINT:
            request["message_imprint"]["hashed_message"] = os.urandom(32)
        stamper = TimeStamper(
            self._certificate("tsa"),
            self._key("tsa"),
            certs_to_embed=[self._certificate("issuing")],
            fixed_dt=self.ca.now(),
            policy=tsp.ObjectIdentifier(TEST_POLICY.dotted_string),
        )
        return bytes(stamper.request_tsa_response(request).dump())

    def revocation_status(self, request_der: bytes) -> bytes:
        """Return the DER `OCSPResponse` for an `OCSPRequest` (RFC 6960) about certificates of the issuing CA."""
        certificate = self._certificate("ocsp")
        responder = SimpleOCSPResponder(
            certificate,
            self._key("ocsp"),
            choose_signed_digest("sha256", certificate.public_key),
            self.ca.now(),
            _Revocations(self._certificate("issuing"), self.ca.revoked()),
        )
        return bytes(responder.build_ocsp_response(ocsp.OCSPRequest.load(request_der)).dump())

    def revocation_list(self) -> bytes:
        """Return the issuing CA's current CRL, DER."""
        issuer, now = self._certificate("issuing"), self.ca.now()
        builder = CRLBuilder(
            issuer.subject,
            self._key("issuing"),
            choose_signed_digest("sha256", issuer.public_key),
            issuer.key_identifier_value,
        )
        entries = [CRLBuilder.format_revoked_cert(serial, None, since) for serial, since in self.ca.revoked().items()]
        return bytes(builder.build_crl(int(now.timestamp()), now, now + _CRL_LIFETIME, entries).dump())

    async def _serve_tsa(self, request: web.Request) -> web.Response:
        body = await request.read()
        match self.tsa_fault:
            case TsaFault.DOWN:
                assert request.transport is not None
                request.transport.close()
            case TsaFault.GARBAGE:
                return web.Response(body=os.urandom(400), content_type="application/timestamp-reply")
            case TsaFault.SLOW:
                await asyncio.sleep(self.slow_s)
        return web.Response(body=self.time_stamp(body), content_type="application/timestamp-reply")

    async def _serve_ocsp(self, request: web.Request) -> web.Response:
        reply = self.revocation_status(await request.read())
        return web.Response(body=reply, content_type="application/ocsp-response")

    async def _serve_crl(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.revocation_list(), content_type="application/pkix-crl")

    async def _serve_roots(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.roots_pem.read_bytes(), content_type="application/x-pem-file")

    async def _serve_fault(self, request: web.Request) -> web.Response:
        self.tsa_fault = TsaFault((await request.text()).strip())
        return web.json_response({"tsa": self.tsa_fault})

    def _certificate(self, role: str) -> x509.Certificate:
        return x509.Certificate.load(self.ca.certificate_der(role))

    def _key(self, role: str) -> PrivateKeyInfo:
        return PrivateKeyInfo.load(self.ca.key_der(role))


class _Revocations(RevocationInfoInterface):
    def __init__(self, issuer: x509.Certificate, revoked: Mapping[int, datetime]) -> None:
        self._issuer = issuer
        self._revoked = revoked

    def get_issuer_cert(self) -> x509.Certificate:
        return self._issuer

    def check_revocation_status(
        self,
        cid: ocsp.CertId,
        at_time: datetime,
    ) -> tuple[ocsp.CertStatus, list[ocsp.SingleResponseExtension]]:
        since = self._revoked.get(cid["serial_number"].native)
        if since is None:
            return ocsp.CertStatus("good"), []
        return ocsp.CertStatus(name="revoked", value=ocsp.RevokedInfo({"revocation_time": since})), []
