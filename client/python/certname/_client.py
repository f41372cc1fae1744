# SPDX-License-Identifier: MIT
"""A connection to the daemon, and questions about chains of certificates."""

import ctypes
import os
import ssl
import threading
from typing import Any, Iterable, Optional, Sequence, Tuple, Type, Union

from ._errors import DaemonError, refusal
from ._library import NAME_MATCHES, PURPOSES, REFERENCES, VERIFIED, library, text
from ._verdict import Verdict, take

Certificates = Union[bytes, str, Iterable[Union[bytes, str]]]


def der(certificate: Union[bytes, str]) -> bytes:
    """Returns a certificate in DER, from DER or PEM."""
    if isinstance(certificate, str):
        return ssl.PEM_cert_to_DER_cert(certificate.strip())
    return bytes(certificate)


def chain_of(certificates: Certificates) -> Sequence[bytes]:
    """Returns a list of certificates in DER, from one certificate or several."""
    if isinstance(certificates, (bytes, bytearray, memoryview, str)):
        return [der(certificates)]
    return [der(one) for one in certificates]


class Question:
    """A question of the library, which is freed with this object."""

    def __init__(self) -> None:
        self.handle = library.certname_question_new()
        if not self.handle:
            raise MemoryError

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            library.certname_question_free(self.handle)

    def check(self, code: int, what: str) -> None:
        if code != 0:
            error = DaemonError(0, "cannot ask about %s (%s)" % (what, text(library.certname_result_name(code))))
            error.name = text(library.certname_result_name(code))
            raise error

    def refer(self, kind: str, reference: str) -> None:
        data = reference.encode("utf-8", "surrogatepass")
        self.check(library.certname_question_add_reference(self.handle, REFERENCES[kind], data, len(data)),
                   "the reference %r: it is too long, or there are too many" % reference)

    def add_name(self, kind: int, value: bytes) -> None:
        self.check(library.certname_question_add_name(self.handle, kind, value, len(value)),
                   "a certificate with so many or such long names")


def question(chain: Certificates, hostname: Optional[str], path: bool = True, purpose: str = "server",
             references: Iterable[Tuple[str, str]] = (), ocsp: Optional[bytes] = None, crls: Iterable[bytes] = (),
             explain: bool = False) -> Question:
    """Returns a question about a chain; without any reference it is about the path alone."""
    asked = Question()
    named = [("host", hostname)] if hostname is not None else []
    for kind, reference in [*named, *references]:
        asked.refer(kind, reference)
        named.append((kind, reference))
    if not named:
        asked.check(library.certname_question_without_identity(asked.handle), "no name")
    for one in chain_of(chain):
        asked.check(library.certname_question_add_certificate(asked.handle, one, len(one)),
                    "so large or so many certificates")
    asked.check(library.certname_question_set_purpose(asked.handle, PURPOSES[purpose]), "this purpose")
    for crl in crls:
        asked.check(library.certname_question_add_crl(asked.handle, crl, len(crl)), "so large or so many CRLs")
    if ocsp:
        asked.check(library.certname_question_set_ocsp(asked.handle, ocsp, len(ocsp)), "so large an OCSP response")
    if path:
        library.certname_question_require_path(asked.handle)
    if explain:
        library.certname_question_explain(asked.handle)
    return asked


def new_handle(path: Optional[Union[str, 'os.PathLike[str]']], timeout: float) -> int:
    """Returns a client of the library for a path and a timeout in seconds."""
    handle: int = library.certname_client_new()
    if not handle:
        raise MemoryError
    try:
        if path is not None and library.certname_client_set_path(handle, os.fsencode(path)) != 0:
            raise ValueError("%r is not the path of a Unix socket: it is empty or over 107 bytes" % path)
        if library.certname_client_set_timeout(handle, max(1, int(timeout * 1000))) != 0:
            raise ValueError("a timeout is more than 0 and at most 3,600 seconds")
    except ValueError:
        library.certname_client_free(handle)
        raise
    return handle


def failure(handle: int, result: int) -> DaemonError:
    """Returns the exception for an error of the last call on a client."""
    error = DaemonError(library.certname_client_errno(handle), text(library.certname_client_error(handle)))
    error.name = text(library.certname_result_name(result))
    return error


class Client:
    """
    A connection to the daemon, as a context manager. It connects when it is first asked, and again when the daemon went
    away. `path` is the daemon's socket: CERTNAMED_SOCKET, else /run/certnamed/certnamed.sock, unless it is given.
    `timeout` is how many seconds a question may take. Threads may share a client; they then wait for one another.
    """

    def __init__(self, path: Optional[Union[str, 'os.PathLike[str]']] = None, timeout: float = 5.0) -> None:
        self._handle: Optional[int] = new_handle(path, timeout)
        self._lock = threading.Lock()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self.close()

    def close(self) -> None:
        """Closes the connection. Further questions are a ValueError."""
        with self._lock:
            if self._handle:
                library.certname_client_free(self._handle)
            self._handle = None

    @property
    def path(self) -> str:
        """The path of the daemon's socket."""
        with self._lock:
            return text(library.certname_client_path(self._open()))

    def _open(self) -> int:
        if not self._handle:
            raise ValueError("the client is closed")
        return self._handle

    def ask(self, asked: Question) -> Verdict:
        """Returns the verdict for a question, which may refuse. Raises DaemonError if there is none."""
        found = ctypes.c_void_p()
        with self._lock:
            handle = self._open()
            result = library.certname_verify(handle, asked.handle, ctypes.byref(found))
            if result < 0 or not found.value:
                raise failure(handle, result)
        return take(found.value)

    def matches(self, certificate: bytes, hostname: str) -> Optional[Verdict]:
        """Returns None if the certificate is accepted, else the verdict. This is match_hostname()'s shortest way."""
        found = ctypes.c_void_p()
        with self._lock:
            handle = self._open()
            result = library.certname_verify_host(handle, hostname.encode("utf-8", "surrogatepass"), certificate,
                                                  len(certificate), ctypes.byref(found))
            if result < 0 or not found.value:
                raise failure(handle, result)
        if result == NAME_MATCHES or result == VERIFIED:
            library.certname_verdict_free(found.value)
            return None
        return take(found.value)

    def verify(self, chain: Certificates, hostname: Optional[str] = None, *, path: bool = True,
               purpose: str = "server", references: Iterable[Tuple[str, str]] = (), ocsp: Optional[bytes] = None,
               crls: Iterable[bytes] = (), explain: bool = False) -> Verdict:
        """
        Asks whether a chain of certificates, the end entity's first, may stand for a host, and whether it leads to a
        trust anchor unless `path` is False. Certificates are in DER (bytes) or PEM (str). `references` are further names
        as in ("email", "jo@example.org"), one of which suffices: "host", "email", "uri", "spiffe" and "srv". Without any
        name the path alone is asked for, and the answer says nothing about a name.

        Returns the verdict, which accepts. Raises CertificateError, which has the verdict, where the daemon refuses;
        DaemonError where there is no verdict.
        """
        verdict = self.ask(question(chain, hostname, path, purpose, references, ocsp, crls, explain))
        if not (verdict.verified if path else verdict.accepts):
            raise refusal(verdict)
        return verdict


class _Local(threading.local):
    client: Optional[Client] = None
    socket: Optional[str] = None


_local = _Local()


def default_client() -> Client:
    """Returns this thread's client of the daemon that CERTNAMED_SOCKET names, or of the usual one."""
    socket = os.environ.get("CERTNAMED_SOCKET")
    if _local.client is None or _local.socket != socket:
        _local.client, _local.socket = Client(), socket
    return _local.client


def verify(chain: Certificates, hostname: Optional[str] = None, *, client: Optional[Client] = None,
           **settings: Any) -> Verdict:
    """Asks as Client.verify() does, by default with this thread's own client."""
    return (client or default_client()).verify(chain, hostname, **settings)
