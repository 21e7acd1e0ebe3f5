"""Keys in a PKCS#11 token: one login for ever, a session a thread, and a way back when the token was away."""

from __future__ import annotations

import contextlib
import hashlib
import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pkcs11
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import Attribute, KeyType, ObjectClass, PKCS11Error, PrivateKey, PublicKey, Session, Token
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.x509 import decode_x509_certificate

from signing.errors import KeyUnavailable, UnknownOutcome
from signing.keys.pin_guard import PinGuard
from signing.keys.pkcs11_library import Pkcs11Library
from signing.keys.pkcs11_mechanism import LOST, UNCERTAIN, SigningMechanism, algorithm_of, choose
from signing.keys.store import ALGORITHMS, Pending

R = TypeVar("R")

SIGNING_THREADS = 2


@dataclass
class _Lane:
    """A session that one thread uses at a time, with the handles it has found."""

    session: Session
    found: dict[str, tuple[PrivateKey, SigningMechanism]] = field(default_factory=dict)


class Pkcs11Token:
    """One token, by module and label. See `KeyStore` for the verbs."""

    def __init__(
        self, *, module_path: str, token_label: str, pin: str, guard: PinGuard, threads: int = SIGNING_THREADS
    ) -> None:
        self._module_path = module_path
        self._label = token_label
        self._pin = pin
        self._guard = guard
        self._threads = threads
        self._lanes: queue.Queue[_Lane] = queue.Queue()
        self._login: Session | None = None
        self._token: Token | None = None
        self._serial: bytes | None = None
        self._witness: PrivateKey | None = None
        """Some key, as long as there is one."""
        self._generation = 0
        """Of the library, when the sessions were opened; 0 means that none are open."""

    @property
    def is_hardware(self) -> bool:
        """False for SoftHSM, opencryptoki's soft token and whatever else names itself software."""
        token = self._token
        if token is None:
            return False
        named = f"{token.model} {token.manufacturer_id} {token.slot.slot_description}".lower()
        return bool(token.slot.flags & pkcs11.SlotFlag.HW_SLOT) and "soft" not in named

    def find(self, label: str) -> Pkcs11Key:
        """Return a key that answers now: its handle is asked, so a lost token is noticed before it matters."""
        return self._run(lambda lane: self._describe(lane, label))

    def labels(self) -> tuple[str, ...]:
        """Return the labels of all private keys in the token."""
        return self._run(lambda _: self._labels())

    def generate(self, label: str, algorithm: str) -> Pkcs11Key:
        """Make a key pair in the token, sensitive and not extractable."""
        if algorithm not in ALGORITHMS:
            raise KeyUnavailable(reason="algorithm", algorithm=algorithm)
        if label in self.labels():
            raise KeyUnavailable(reason="label_taken", key=label)
        self._run(lambda _: _generate(self._writing(), label, algorithm))
        self._witness = self._witness or self._run(lambda _: next(_private_keys(self._writing()), None))
        return self.find(label)

    def keep_certificate(self, label: str, certificate_der: bytes) -> None:
        """Put the certificate beside its key; does nothing when it is there."""
        self._run(lambda _: _keep_certificate(self._writing(), label, certificate_der))

    def sign(self, label: str, message: bytes) -> bytes:
        """See `Key.sign`. A definite “no such handle” heals once and asks again: nothing was signed."""

        def work(lane: _Lane) -> bytes:
            key, mechanism = self._handle(lane, label)
            try:
                return mechanism.sign(key, message)
            except UNCERTAIN as error:
                raise UnknownOutcome(reason=type(error).__name__) from error

        return self._run(work)

    def facts(self) -> dict[str, Any]:
        """Return plain facts for doctor."""
        facts: dict[str, Any] = {"store": "pkcs11", "token": self._label, "hardware": False}
        try:
            facts["keys"] = list(self.labels())
        except KeyUnavailable as error:
            return {**facts, "state": str(error.facts.get("reason"))}
        assert self._token is not None
        serial = self._token.serial.decode(errors="replace").strip()
        return {**facts, "state": "ready", "serial": serial, "model": self._token.model, "hardware": self.is_hardware}

    # the connection

    def _run(self, work: Callable[[_Lane], R]) -> R:
        for is_last in (False, True):
            generation = self._ensure_open()
            try:
                with self._lane() as lane:
                    return work(lane)
            except LOST as error:
                if is_last:
                    raise KeyUnavailable(reason="token") from error
                self._reopen(after=generation)
            except PKCS11Error as error:
                raise KeyUnavailable(reason="token", answer=type(error).__name__) from error
        raise AssertionError("the second turn returns or raises")

    @contextlib.contextmanager
    def _lane(self) -> Iterator[_Lane]:
        library = Pkcs11Library.at(self._module_path)
        with library.using():
            if library.generation != self._generation:
                # Another token of the same module restarted it between two lines of `_run`.
                raise pkcs11.SessionHandleInvalid
            lane = self._lanes.get()
            try:
                yield lane
            finally:
                self._lanes.put(lane)

    def _ensure_open(self) -> int:
        if self._generation == 0:
            self._reopen(after=0)
        return self._generation

    def _reopen(self, *, after: int) -> None:
        with self._guard.one_at_a_time():
            library = Pkcs11Library.at(self._module_path)
            with library.alone():
                if self._generation != after:
                    return  # another thread healed it
                self._generation = 0
                # Stale: our sessions died without a restart, or the slots were looked at before we came.
                self._open(library, is_stale=after in {0, library.generation} and not library.is_fresh)
                self._generation = library.generation

    def _open(self, library: Pkcs11Library, *, is_stale: bool) -> None:
        try:
            token = self._find_token(library, is_stale=is_stale)
            if self._serial not in {None, token.serial}:
                raise KeyUnavailable(reason="other_token", token=self._label)
            self._login = self._log_in(token)
            self._lanes = queue.Queue()
            for _ in range(self._threads):
                self._lanes.put(_Lane(session=token.open()))
            self._witness = next(_private_keys(self._login), None)
        except PKCS11Error as error:
            raise KeyUnavailable(reason="token", answer=type(error).__name__) from error
        self._token, self._serial = token, token.serial

    def _find_token(self, library: Pkcs11Library, *, is_stale: bool) -> Token:
        library.is_fresh = False
        if not is_stale:
            with contextlib.suppress(pkcs11.NoSuchToken):
                return library.lib.get_token(token_label=self._label)
        library.restart()  # a module sees new and returned tokens at its start only
        return library.lib.get_token(token_label=self._label)

    def _log_in(self, token: Token) -> Session:
        """Return the session that holds the login; it is never closed, for that would log out all the others."""
        self._guard.before_login(self._pin)
        try:
            session = token.open(rw=True, user_pin=self._pin)
        except pkcs11.UserAlreadyLoggedIn:
            session = token.open(rw=True)
        except (pkcs11.PinIncorrect, pkcs11.PinLocked, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
            self._guard.refused(self._pin)
            raise KeyUnavailable(reason="pin") from error
        self._guard.accepted()
        return session

    # the objects

    def _writing(self) -> Session:
        assert self._login is not None
        return self._login

    def _labels(self) -> tuple[str, ...]:
        if self._witness is not None:
            # A search in a lost token finds nothing and calls that success; a known handle says the truth.
            _ = self._witness[Attribute.LABEL]
        return tuple(str(key.label) for key in _private_keys(self._writing()))

    def _handle(self, lane: _Lane, label: str) -> tuple[PrivateKey, SigningMechanism]:
        if label not in lane.found:
            try:
                key = lane.session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
            except pkcs11.NoSuchKey as error:
                raise KeyUnavailable(reason="no_key", key=label) from error
            assert isinstance(key, PrivateKey)
            offered = set(lane.session.token.slot.get_mechanisms())
            lane.found[label] = (key, choose(KeyType(key.key_type), offered))
        return lane.found[label]

    def _describe(self, lane: _Lane, label: str) -> Pkcs11Key:
        key, _ = self._handle(lane, label)
        public_key = _public_key_der(lane.session, key)
        return Pkcs11Key(store=self, label=label, algorithm=algorithm_of(key), public_key_der=public_key)


@dataclass(frozen=True, kw_only=True)
class Pkcs11Key:
    """A key in a token."""

    store: Pkcs11Token = field(repr=False)
    label: str
    algorithm: str
    public_key_der: bytes = field(repr=False)

    def sign(self, message: bytes) -> bytes | Pending:
        """See `Key.sign`."""
        return self.store.sign(self.label, message)

    def collect(self, ticket: str) -> bytes | Pending:
        """See `Key.collect`; a token gives no tickets."""
        raise UnknownOutcome(reason="no_ticket", ticket=ticket)


def _private_keys(session: Session) -> Iterator[PrivateKey]:
    for found in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}):
        assert isinstance(found, PrivateKey)
        yield found


def _generate(session: Session, label: str, algorithm: str) -> None:
    identity = hashlib.sha256(label.encode()).digest()[:16]
    secret = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
    if algorithm == "P-256":
        curve = session.create_domain_parameters(
            KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
        )
        curve.generate_keypair(id=identity, label=label, store=True, private_template=secret)
    else:
        session.generate_keypair(
            KeyType.RSA, int(algorithm.removeprefix("RSA-")), id=identity, label=label, store=True,
            private_template=secret,
        )  # fmt: skip


def _public_key_der(session: Session, key: PrivateKey) -> bytes:
    if key.key_type is KeyType.RSA:
        modulus, exponent = (int.from_bytes(key[name]) for name in (Attribute.MODULUS, Attribute.PUBLIC_EXPONENT))
        public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
        return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    found = session.get_key(object_class=ObjectClass.PUBLIC_KEY, id=key.id)
    assert isinstance(found, PublicKey)
    return encode_ec_public_key(found)


def _keep_certificate(session: Session, label: str, certificate_der: bytes) -> None:
    attributes = decode_x509_certificate(certificate_der)
    same = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.VALUE: certificate_der}
    if any(True for _ in session.get_objects(same)):
        return
    key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
    session.create_object({**attributes, Attribute.TOKEN: True, Attribute.LABEL: label, Attribute.ID: key.id})
