# SPDX-License-Identifier: MIT
"""match_hostname(), which takes the place of ssl.match_hostname() and of its backport."""

from typing import Any, Dict, Optional, Union

from . import _names, _python
from ._client import Client, Question, default_client, der
from ._errors import CertificateError, DaemonError, MismatchError, fill
from ._library import library
from ._verdict import Verdict

Certificate = Union[bytes, str, Dict[str, Any]]


def question(certificate: Certificate, hostname: str) -> Question:
    """Returns the question whether the certificate, or the names in a dict of getpeercert(), may stand for the host."""
    asked = Question()
    asked.refer("host", hostname)
    if isinstance(certificate, dict):
        library.certname_question_without_certificate(asked.handle)
        for kind, value in _names.of_dict(certificate):
            asked.add_name(kind, value)
    else:
        encoded = der(certificate)
        asked.check(library.certname_question_add_certificate(asked.handle, encoded, len(encoded)),
                    "so large a certificate")
    return asked


def _ask(client: Client, certificate: Certificate, hostname: str) -> Optional[Verdict]:
    """Returns None if the daemon accepts, else the verdict."""
    if isinstance(certificate, dict) or "\0" in hostname:
        verdict = client.ask(question(certificate, hostname))
        return None if verdict.accepts else verdict
    return client.matches(der(certificate), hostname)


def _python_refusal(certificate: Certificate, hostname: str, rules: str) -> Optional[ValueError]:
    """Returns what Python's own rule refuses; a certificate that cannot be read is refused as well."""
    try:
        decoded = certificate if isinstance(certificate, dict) else _names.dict_of(der(certificate))
    except ValueError as error:
        return MismatchError("the certificate's names cannot be read: %s" % error)
    return _python.refusal(_python.RULES[rules], decoded, hostname)


def _is_python_3_5(verdict: Verdict) -> bool:
    """Returns whether the text is match_hostname()'s, and so may be cut or escaped where Python's is not."""
    return verdict.code in ("hostname-mismatch", "ip-address-mismatch") and verdict.message.startswith("hostname ")


def check(cert: Certificate, rules: Optional[str]) -> None:
    """Raises ValueError for an empty certificate and for rules that do not exist."""
    if not cert:
        raise ValueError(_python.EMPTY)
    if rules is not None and rules not in _python.RULES:
        raise ValueError("rules is one of %s, or None" % ", ".join(sorted(_python.RULES)))


def _refusal(cert: Certificate, hostname: str, rules: Optional[str], verdict: Optional[Verdict],
             fault: Optional[DaemonError]) -> Optional[ValueError]:
    """Returns the exception for what the daemon or Python's rule refuses, and None only where neither does."""
    local = _python_refusal(cert, hostname, rules) if rules else None
    if local is not None:
        return local
    if fault is not None:
        return MismatchError(fault.strerror)
    if verdict is None:
        return None
    if _is_python_3_5(verdict):
        local = _python_refusal(cert, hostname, "python-3.5")
    return local or MismatchError(verdict.message)


def conclude(cert: Certificate, hostname: str, rules: Optional[str], verdict: Optional[Verdict],
             fault: Optional[DaemonError]) -> None:
    """Raises what match_hostname() raises after the daemon was asked, with the verdict that refuses, if there is one, or
    the error instead of a verdict."""
    if fault is not None and fault.name != "invalid-reference":
        raise fault
    refused = _refusal(cert, hostname, rules, verdict, fault)
    if refused is None:
        return
    if verdict is not None and isinstance(refused, CertificateError):
        fill(refused, verdict)
    raise refused


def match_hostname(cert: Certificate, hostname: str, *, rules: Optional[str] = None,
                   client: Optional[Client] = None) -> None:
    """
    Checks that a certificate may stand for a host name or an IP address: a certificate in DER (bytes) or PEM (str), or
    the dict that getpeercert() returns. Returns None if so. The chain is not validated unless the daemon's policy says
    so, in which case the dict is not enough.

    The daemon decides, by its policy. `rules` names the function that the caller is used to, "python-3.5" (also that of
    the backport 3.5 and Python 3.6) or "python-3.7": what that function refuses is refused as well, with its exception
    and text. A name that only the daemon refuses has the daemon's text.

    Raises CertificateError for a refusal; ValueError for an empty certificate; DaemonError where the daemon has no
    verdict.
    """
    check(cert, rules)
    verdict, fault = None, None
    try:
        verdict = _ask(client or default_client(), cert, hostname)
    except DaemonError as error:
        fault = error
    conclude(cert, hostname, rules, verdict, fault)
