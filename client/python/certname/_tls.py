# SPDX-License-Identifier: MIT
"""
TLS clients: certnamed besides OpenSSL's verification, for all of them in the process, or instead of it, in a context.

CPython's ssl.SSLSocket and ssl.SSLObject do every operation through an object of C, `_sslobj`. The classes here put a
guard before that object: whatever would begin the handshake, including send() and recv() of a socket that was not told to
shake hands at once, ends it and has the certificates judged before a byte of the program is sent or received.
"""

import collections
import collections
import hashlib
import ssl
import threading
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Type

from ._client import Client, default_client, question
from ._errors import DaemonError, refusal

_NAMELESS = ("refuse", "path", "skip")
_ENCODING_DER = 2  # _ssl.ENCODING_DER
_REMEMBERED = 256


class Judge(NamedTuple):
    """How the certificates of a server are judged."""

    path: bool
    nameless: str
    client: Optional[Client]
    is_alone: bool = False  # OpenSSL has not verified anything.


# --- the certificates of a connection ---

_chains: "collections.OrderedDict[bytes, List[bytes]]" = collections.OrderedDict()
_chains_lock = threading.Lock()


def _remember(leaf: bytes, chain: List[bytes]) -> List[bytes]:
    """A resumed session has no chain, and Python 3.8 and 3.9 show the end entity alone. Returns the longest chain that
    was seen with this end entity, and remembers this one."""
    key = hashlib.sha256(leaf).digest()
    with _chains_lock:
        known = _chains.pop(key, [leaf])
        longest = chain if len(chain) >= len(known) else known
        _chains[key] = longest
        if len(_chains) > _REMEMBERED:
            _chains.popitem(last=False)
    return longest


def _chain(raw: Any) -> List[bytes]:
    """Returns the certificates that the server sent, the end entity's first."""
    leaf = raw.getpeercert(True)
    if not leaf:
        return []
    get = getattr(raw, "get_unverified_chain", None)
    found = get() if get is not None else None
    chain = [one if isinstance(one, bytes) else one.public_bytes(_ENCODING_DER) for one in found or ()]
    return _remember(leaf, chain if chain and chain[0] == leaf else [leaf])


def _no_verdict(name: str, text: str) -> DaemonError:
    error = DaemonError(0, text)
    error.name = name
    return error


def _judge(raw: Any, hostname: Optional[str], judge: Judge) -> None:
    """Asks the daemon about the server. Raises CertificateError or DaemonError unless it accepts."""
    path = judge.path
    if hostname is None:
        if judge.nameless == "skip":
            return
        if judge.nameless == "refuse":
            raise _no_verdict("no-name", "the connection has no server_hostname that certnamed could compare: give one, or "
                                         "choose nameless=\"path\" to have the path alone judged")
        path = True
    chain = _chain(raw)
    if not chain and judge.is_alone:
        raise _no_verdict("no-certificate", "the server has no certificate")
    if not chain:
        return  # A handshake by a key that both share, which OpenSSL has checked.
    verdict = (judge.client or default_client()).ask(question(chain, hostname, path))
    if not (verdict.verified if path else verdict.accepts):
        raise refusal(verdict)


class Guard:
    """Stands before CPython's object until the server is judged. What it does not define is that object's."""

    __slots__ = ("_raw", "_accept", "_hostname", "_how", "_error")

    def __init__(self, raw: Any, accept: Callable[[Any], None], hostname: Optional[str], how: Judge) -> None:
        for name, value in (("_raw", raw), ("_accept", accept), ("_hostname", hostname), ("_how", how), ("_error", None)):
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._raw, name, value)

    def _finish(self) -> None:
        if self._error is not None:
            raise self._error
        self._raw.do_handshake()
        try:
            _judge(self._raw, self._hostname, self._how)
        except BaseException as error:
            object.__setattr__(self, "_error", error)
            raise
        self._accept(self._raw)

    def do_handshake(self) -> None:
        self._finish()

    def read(self, *arguments: Any) -> Any:
        self._finish()
        return self._raw.read(*arguments)

    def write(self, data: Any) -> Any:
        self._finish()
        return self._raw.write(data)

    def sendfile(self, *arguments: Any) -> Any:
        self._finish()
        return self._raw.sendfile(*arguments)


class _Guarded:
    """Puts a guard before the object that ssl.SSLSocket or ssl.SSLObject sets."""

    @staticmethod
    def _certname_how(raw: Any) -> "Tuple[Optional[str], Optional[Judge]]":
        """Returns the name and how the server is judged, or None for one that is not."""
        raise NotImplementedError

    @property
    def _sslobj(self) -> Any:
        return self.__dict__.get("_certname_object")

    @_sslobj.setter
    def _sslobj(self, raw: Any) -> None:
        if raw is not None and not isinstance(raw, Guard):
            hostname, how = self._certname_how(raw)
            if how is not None:
                raw = Guard(raw, self._certname_accept, hostname, how)
        self.__dict__["_certname_object"] = raw

    def _certname_accept(self, raw: Any) -> None:
        if self.__dict__.get("_certname_object") is not None:
            self.__dict__["_certname_object"] = raw


# --- besides OpenSSL: all contexts of the process ---

_besides: Optional[Judge] = None


class _Besides(_Guarded):
    @staticmethod
    def _certname_how(raw: Any) -> "Tuple[Optional[str], Optional[Judge]]":
        if raw.server_side or raw.context.verify_mode == ssl.CERT_NONE:
            return None, None
        return raw.server_hostname, _besides


def _derive(base: Type[Any], guarded: Type[_Guarded]) -> Type[Any]:
    """Returns a class that is `base` with a guard, and looks like `base`."""
    return type(base.__name__, (guarded, base), {"__module__": base.__module__, "__doc__": base.__doc__})


_replaced: Dict[str, Type[Any]] = {}


def inject_into_ssl(*, path: bool = True, nameless: str = "refuse", client: Optional[Client] = None) -> None:
    """
    Has certnamed judge the server of every TLS client connection of this process, besides OpenSSL: of contexts that were
    made before, too, and whatever library made them from the module ssl. A server that OpenSSL refuses stays refused. A
    context with CERT_NONE verifies nothing, and stays what it is; connections of servers are not judged.

    `path` says whether the daemon validates the path to a trust anchor of its own as well. Python 3.8 and 3.9 hand over
    the end entity's certificate alone, which often is not enough for that. `nameless` says what becomes of a connection
    without server_hostname: "refuse", "path" (the path is judged and no name) or "skip". `client` is shared by all threads;
    without one each thread has its own.
    """
    global _besides
    if nameless not in _NAMELESS:
        raise ValueError("nameless is one of %s" % ", ".join(_NAMELESS))
    _besides = Judge(path, nameless, client)
    for attribute in ("sslsocket_class", "sslobject_class"):
        if attribute not in _replaced:
            _replaced[attribute] = getattr(ssl.SSLContext, attribute)
            setattr(ssl.SSLContext, attribute, _derive(_replaced[attribute], _Besides))


def extract_from_ssl() -> None:
    """Undoes inject_into_ssl() for connections that are made from now on."""
    for attribute, before in list(_replaced.items()):
        setattr(ssl.SSLContext, attribute, before)
        del _replaced[attribute]


# --- instead of OpenSSL: a context ---


class _Instead(_Guarded):
    @staticmethod
    def _certname_how(raw: Any) -> "Tuple[Optional[str], Optional[Judge]]":
        context = raw.context
        if raw.server_side:
            raise ValueError("certname.SSLContext is for clients: it does not verify the certificates of clients")
        if not isinstance(context, SSLContext) or context.verify_mode == ssl.CERT_NONE:
            return None, None
        return (raw.server_hostname if context.check_hostname else None), Judge(True, "path", context.client, True)


class SSLContext(ssl.SSLContext):
    """
    A context for clients in which certnamed decides about the server, and OpenSSL verifies nothing: the trust anchors are
    those of the daemon's policy, and load_verify_locations() and its like have no effect. It always asks for the path.
    With check_hostname = False it asks for the path alone. verify_mode and check_hostname show what this context does;
    CERT_NONE switches the verification off, as with any context. getpeercert() returns an empty dict, since OpenSSL has
    not verified the certificate; getpeercert(True) returns the certificate.
    """

    sslsocket_class = _derive(ssl.SSLSocket, _Instead)
    sslobject_class = _derive(ssl.SSLObject, _Instead)

    _mode = ssl.CERT_REQUIRED
    _check = True
    client: Optional[Client] = None

    def __new__(cls, protocol: int = ssl.PROTOCOL_TLS_CLIENT, *, client: Optional[Client] = None) -> "SSLContext":
        if protocol != ssl.PROTOCOL_TLS_CLIENT:
            raise ValueError("certname.SSLContext is for clients: its protocol is PROTOCOL_TLS_CLIENT")
        self = super().__new__(cls, protocol)
        ssl.SSLContext.check_hostname.__set__(self, False)  # type: ignore[attr-defined]
        ssl.SSLContext.verify_mode.__set__(self, ssl.CERT_NONE)  # type: ignore[attr-defined]
        self.client = client
        return self

    def __init__(self, protocol: int = ssl.PROTOCOL_TLS_CLIENT, *, client: Optional[Client] = None) -> None:
        pass

    @property
    def verify_mode(self) -> ssl.VerifyMode:
        return self._mode

    @verify_mode.setter
    def verify_mode(self, mode: int) -> None:
        mode = ssl.VerifyMode(mode)
        if mode == ssl.CERT_NONE and self._check:
            raise ValueError("Cannot set verify_mode to CERT_NONE when check_hostname is enabled.")
        self._mode = mode

    @property
    def check_hostname(self) -> bool:
        return self._check

    @check_hostname.setter
    def check_hostname(self, check: bool) -> None:
        if check and self._mode == ssl.CERT_NONE:
            self._mode = ssl.CERT_REQUIRED
        self._check = bool(check)
