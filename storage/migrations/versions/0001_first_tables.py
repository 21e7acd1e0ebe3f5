"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    for make in (
        _inbox,
        _job,
        _journal,
        _journal_head,
        _note,
        _person,
        _record,
        _request,
        _account,
        _delivery,
        _invite,
        _record_entry,
        _signature,
    ):
        make()
    for table in ("journal", "journal_head"):
        _append_only(table)


def downgrade() -> None:
    """Refuse: the journal does not go back; restore a backup instead."""
    raise NotImplementedError


def _append_only(table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("external_id", sa.String(128), nullable=False),
        sa.Column("order_key", sa.String(128), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.String(32), nullable=False),
        sa.Column("due", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("source", "external_id", name="uq_inbox_source_external_id"),
    )
    op.create_index("ix_inbox_waiting", "inbox", ["order_key", "id"], sqlite_where=sa.text("state = 'waiting'"))


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("due", sa.String(32), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(32)),
        sa.Column("failed_at", sa.String(32)),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_job"),
    )
    op.create_index("ix_job_waiting", "job", ["due"], sqlite_where=sa.text("owner IS NULL AND failed_at IS NULL"))


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("tag", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_journal"),
    )
    op.create_index("ix_journal_subject", "journal", ["subject"])


def _journal_head() -> None:
    op.create_table(
        "journal_head",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("previous_head", sa.String(64), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_journal_head"),
    )


def _note() -> None:
    op.create_table(
        "note",
        sa.Column("space", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.String(32)),
        sa.PrimaryKeyConstraint("space", "name", name="pk_note"),
    )
    op.create_index("ix_note_expires_at", "note", ["expires_at"])


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(8)),
        sa.Column("timezone", sa.String(64)),
        sa.Column("identity_note", sa.Text(), nullable=False),
        sa.Column("second_channel", sa.Text(), nullable=False),
        sa.Column("deputies", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("enrolled_at", sa.String(32)),
        sa.Column("locked_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )


def _record() -> None:
    op.create_table(
        "record",
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("signer", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("shown_at", sa.String(32), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name="pk_record"),
    )
    op.create_index("ix_record_signer_state", "record", ["signer", "state"])


def _request() -> None:
    op.create_table(
        "request",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("requester", sa.String(64), nullable=False),
        sa.Column("signer", sa.String(64)),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("deadline", sa.String(32), nullable=False),
        sa.Column("postponed_until", sa.String(32)),
        sa.Column("finished_at", sa.String(32)),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
    )
    op.create_index("ix_request_requester_created_at", "request", ["requester", "created_at"])
    op.create_index("ix_request_signer_state", "request", ["signer", "state"])
    op.create_index("ix_request_unfinished", "request", ["id"], sqlite_where=sa.text("finished_at IS NULL"))


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("chat_id", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("language_hint", sa.String(16)),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_account_person"),
        sa.PrimaryKeyConstraint("platform", "account_id", name="pk_account"),
        sa.UniqueConstraint("platform", "person", name="uq_account_platform_person"),
    )


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("request", sa.String(12), nullable=False),
        sa.Column("channel", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["request"], ["request.id"], name="fk_delivery_request"),
        sa.PrimaryKeyConstraint("request", "channel", name="pk_delivery"),
    )


def _invite() -> None:
    op.create_table(
        "invite",
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("spent_at", sa.String(32)),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_invite_person"),
        sa.PrimaryKeyConstraint("secret_sha256", name="pk_invite"),
    )


def _record_entry() -> None:
    op.create_table(
        "record_entry",
        sa.Column("request", sa.String(12), nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["nonce"], ["record.nonce"], name="fk_record_entry_nonce"),
        sa.PrimaryKeyConstraint("request", "nonce", name="pk_record_entry"),
    )


def _signature() -> None:
    op.create_table(
        "signature",
        sa.Column("request", sa.String(12), nullable=False),
        sa.Column("document", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("signer", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("signed_sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("certificate_sha256", sa.String(64), nullable=False),
        sa.Column("signed_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["request"], ["request.id"], name="fk_signature_request"),
        sa.PrimaryKeyConstraint("request", "document", "signer", name="pk_signature"),
    )
    op.create_index("ix_signature_signed_sha256", "signature", ["signed_sha256"])
