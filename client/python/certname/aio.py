# SPDX-License-Identifier: MIT
"""
The same questions in coroutines, without a thread: the event loop watches the connection to the daemon.

    async with certname.aio.Client() as client:
        verdict = await client.verify(chain, "www.example.org")
"""

import asyncio
import ctypes
import os
import select
from typing import Any, Dict, Iterable, Optional, Tuple, Type, Union

from . import _match
from ._client import Certificates, Question, failure, new_handle, question
from ._errors import DaemonError, refusal
from ._library import ANSWER, library
from ._verdict import Verdict, take

__all__ = ["Client"]


class Client:
    """
    A connection to the daemon for one event loop, as an asynchronous context manager. Any number of coroutines may ask at
    the same time. `path` and `timeout` are those of certname.Client.
    """

    def __init__(self, path: Optional[Union[str, 'os.PathLike[str]']] = None, timeout: float = 5.0) -> None:
        self._handle: Optional[int] = new_handle(path, timeout)
        self._waiting: Dict[int, "asyncio.Future[Verdict]"] = {}
        self._last = 0
        self._answer = ANSWER(self._take_answer)
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._watched: Tuple[int, int, int] = (-1, 0, 0)
        self._timer: Optional[asyncio.TimerHandle] = None

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            library.certname_client_free(self._handle)

    def close(self) -> None:
        """Closes the connection. Questions that wait are a DaemonError named "canceled"."""
        if self._handle:
            self._watch(-1, 0, 0)
            library.certname_client_free(self._handle)
            self._handle = None
        if self._timer:
            self._timer.cancel()
            self._timer = None

    # --- the loop ---

    def _take_answer(self, number: int, result: int, verdict: Optional[int]) -> None:
        """The library calls this, within certname_process(), once for each question."""
        found: "Union[Verdict, DaemonError]"
        if result < 0 or not verdict:
            found = failure(self._handle or 0, result)
        else:
            found = take(verdict)
        future = self._waiting.pop(number, None)
        if future is None or future.done():
            return
        if isinstance(found, DaemonError):
            future.set_exception(found)
        else:
            future.set_result(found)

    def _watch(self, fd: int, connection: int, events: int) -> None:
        """Watches another descriptor, or other events, than before."""
        assert self._loop is not None or fd < 0
        if self._watched == (fd, connection, events):
            return
        before = self._watched[0]
        if before >= 0 and self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(before)
            self._loop.remove_writer(before)
        self._watched = (fd, connection, events)
        if fd >= 0 and self._loop is not None:
            if events & select.POLLIN:
                self._loop.add_reader(fd, self._process)
            if events & select.POLLOUT:
                self._loop.add_writer(fd, self._process)

    def _process(self) -> None:
        handle = self._handle
        if not handle or self._loop is None:
            return
        if self._timer:
            self._timer.cancel()
            self._timer = None
        library.certname_process(handle)
        if not self._waiting:
            self._watch(-1, 0, 0)
            return
        self._watch(library.certname_client_fd(handle), library.certname_client_connection(handle),
                    library.certname_client_events(handle))
        wait = library.certname_client_wait_ms(handle)
        if wait >= 0:
            self._timer = self._loop.call_later(wait / 1000, self._process)

    async def ask(self, asked: Question) -> Verdict:
        """Returns the verdict for a question, which may refuse. Raises DaemonError if there is none."""
        if not self._handle:
            raise ValueError("the client is closed")
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            if self._waiting:
                raise RuntimeError("the client waits for answers in another event loop")
            self._watch(-1, 0, 0)
            self._loop = loop
        self._last += 1
        number = self._last
        future: "asyncio.Future[Verdict]" = loop.create_future()
        self._waiting[number] = future
        result = library.certname_ask(self._handle, asked.handle, self._answer, number)
        if result < 0:
            del self._waiting[number]
            raise failure(self._handle, result)
        self._process()
        return await future

    # --- questions ---

    async def verify(self, chain: Certificates, hostname: Optional[str] = None, *, path: bool = True,
                     purpose: str = "server", references: Iterable[Tuple[str, str]] = (), ocsp: Optional[bytes] = None,
                     crls: Iterable[bytes] = (), explain: bool = False) -> Verdict:
        """Asks, returns and raises as certname.Client.verify() does."""
        verdict = await self.ask(question(chain, hostname, path, purpose, references, ocsp, crls, explain))
        if not (verdict.verified if path else verdict.accepts):
            raise refusal(verdict)
        return verdict

    async def match_hostname(self, cert: _match.Certificate, hostname: str, *, rules: Optional[str] = None) -> None:
        """Checks, returns and raises as certname.match_hostname() does."""
        _match.check(cert, rules)
        verdict, fault = None, None
        try:
            found = await self.ask(_match.question(cert, hostname))
            verdict = None if found.accepts else found
        except DaemonError as error:
            fault = error
        _match.conclude(cert, hostname, rules, verdict, fault)
