"""A thread that writes files, so that neither the window nor training waits for the disk."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable


class Writer:
    """Does one piece of work after the other; its thread begins with the first.

    Methods may be called from any thread but its own.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, job: Callable[[], None]) -> None:
        """Have something done; it deals with its own failures."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name="nnviz-writer", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def stop(self, patience: float) -> bool:
        """Do what is left to do, and end; return whether that took no longer than `patience` seconds."""
        thread, self._thread = self._thread, None
        if thread is None:
            return True
        self._jobs.put(None)
        thread.join(patience)
        return not thread.is_alive()

    def _live(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
