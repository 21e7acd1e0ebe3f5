"""What the portal's platform talks to: the parts of the core, as `bot.app` built them, and this company's rules."""

from __future__ import annotations

from dataclasses import dataclass

from signing.approval.policy import ApprovalPolicy
from signing.automatic import Automatic
from signing.intake.reception import Reception
from signing.membership import Membership
from signing.people import PersonId
from signing.ports import Clock, Documents, Store
from signing.workflow import SigningWorkflow

PLATFORM = "bitrix24"
PERMISSIONS = ("crm", "user_basic", "placement", "bizproc", "im", "department")
"""What the local application is given. `placement`: our page in the portal; `bizproc`: the action for processes;
`im`: the bell; `department`: people are shown with their heads. Without one of these four the rest works."""
CHAT_PERMISSION = "imbot"
"""What it is given besides where the portal's own messenger is switched on."""


@dataclass(frozen=True, kw_only=True)
class Core:
    """The parts of the core; nothing here knows Bitrix24."""

    store: Store
    workflow: SigningWorkflow
    automatic: Automatic
    membership: Membership
    policy: ApprovalPolicy
    reception: Reception
    documents: Documents
    clock: Clock
    timezone: str
    """IANA name; the timeline is read by many, so its moments are the company's."""
    language: str
    """Of the timeline, for the same reason."""
    public_url: str
    """Where the portal reaches us."""
    max_document_bytes: int


@dataclass(frozen=True, kw_only=True)
class DealPolicy:
    """What happens to a file that somebody puts into a deal."""

    fields: tuple[str, ...]
    """File fields of the deal that are watched, such as `UF_CRM_SIGN_DOC`; single or multiple."""
    process_fields: tuple[str, ...] = ()
    """File fields that only business processes have signed: a file put there asks nobody by itself."""
    signer: PersonId | None = None
    """Who is asked at once; None: the requester chooses on their own card."""
    has_chat: bool = False
    """The portal's own chat bot reaches every employee who is bound."""
    form: str = "pades"
    """A name of `signing.formats.FORMATS`: the signature inside the document, or in a file of its own beside it."""
    beside_field: str | None = None
    """The file field for signatures of their own where a document's field holds one file only."""

    @property
    def read_fields(self) -> tuple[str, ...]:
        """Every field that is read: those of the documents, and the one for signatures of their own."""
        return tuple(dict.fromkeys((*self.all_fields, *([self.beside_field] if self.beside_field else ()))))

    @property
    def all_fields(self) -> tuple[str, ...]:
        """Every field whose documents are signed."""
        return tuple(dict.fromkeys((*self.fields, *self.process_fields)))
