"""Disposable processes without network that parse hostile documents."""

from bot.workers.pool import Isolation, WorkerPool, isolation
from bot.workers.sandbox import OFFICE_LIMITS, WorkerLimits

__all__ = ["OFFICE_LIMITS", "Isolation", "WorkerLimits", "WorkerPool", "isolation"]
