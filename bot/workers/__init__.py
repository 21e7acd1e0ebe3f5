"""Disposable processes without network that parse hostile documents."""

from bot.workers.pool import Isolation, WorkerPool, isolation
from bot.workers.sandbox import WorkerLimits

__all__ = ["Isolation", "WorkerLimits", "WorkerPool", "isolation"]
