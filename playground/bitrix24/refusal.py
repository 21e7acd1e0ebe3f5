"""What the portal says when it says no."""

from __future__ import annotations


class Refusal(Exception):
    """An answer with `error`; the status differs from error to error (reference 2.3)."""

    def __init__(self, code: str, description: str = "", *, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.description = description or code
        self.status = status

    def body(self) -> dict[str, object]:
        """Return the answer."""
        return {"error": self.code, "error_description": self.description}
