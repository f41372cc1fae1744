# SPDX-License-Identifier: MIT
"""
The rules of ssl.match_hostname() of Python 3.5 (and 3.6) and of Python 3.7 (to 3.11), with their exceptions and texts.

They are used besides the daemon's answer and can only refuse. Both walk through subjectAltName in its order, fall back to
common names where it has neither a DNS name nor an address, and let one odd name end the walk.
"""

import ipaddress
import re
import socket
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from ._errors import CertificateError, MismatchError
from ._names import common_names

EMPTY = ("empty or no certificate, match_hostname needs a SSL socket or SSL context with either CERT_OPTIONAL or "
         "CERT_REQUIRED")


class Rules(NamedTuple):
    """The parts in which the two differ."""

    error: Callable[[str], CertificateError]
    read_host: Callable[[str], Any]  # Returns the address that a reference is, or None.
    read_address: Callable[[str], Any]  # Returns the address in a certificate, or raises ValueError.
    matches: Callable[[str, str], bool]


# --- Python 3.5 ---


def _read_host_3_5(hostname: str) -> Any:
    try:
        return ipaddress.ip_address(hostname)
    except ValueError:
        return None


def _matches_3_5(name: str, hostname: str) -> bool:
    if not name:
        return False
    left, dot, rest = name.partition(".")
    stars = left.count("*")
    if stars > 1:
        raise MismatchError("too many wildcards in certificate DNS name: " + repr(name))
    if stars == 0:
        return name.lower() == hostname.lower()
    if left == "*":
        pattern = "[^.]+"
    elif left.startswith("xn--") or hostname.startswith("xn--"):
        pattern = re.escape(left)
    else:
        head, tail = left.split("*")
        pattern = re.escape(head) + "[^.]*" + re.escape(tail)
    return re.fullmatch(pattern + re.escape(dot + rest), hostname, re.IGNORECASE) is not None


# --- Python 3.7 ---


def _read_address_3_7(text: str) -> bytes:
    try:
        address = socket.inet_aton(text)
    except OSError:
        pass
    else:
        if socket.inet_ntoa(address) == text:
            return address
        raise ValueError("{!r} is not a quad-dotted IPv4 address.".format(text))
    try:
        return socket.inet_pton(socket.AF_INET6, text)
    except OSError:
        raise ValueError("{!r} is neither an IPv4 nor an IP6 address.".format(text)) from None


def _read_host_3_7(hostname: str) -> Optional[bytes]:
    try:
        return _read_address_3_7(hostname)
    except ValueError:
        return None


def _matches_3_7(name: str, hostname: str) -> bool:
    if not name:
        return False
    stars = name.count("*")
    if stars == 0:
        return name.lower() == hostname.lower()
    if stars > 1:
        raise CertificateError("too many wildcards in certificate DNS name: {!r}.".format(name))
    left, dot, rest = name.partition(".")
    if "*" in rest:
        raise CertificateError("wildcard can only be present in the leftmost label: {!r}.".format(name))
    if not dot:
        raise CertificateError("sole wildcard without additional labels are not support: {!r}.".format(name))
    if left != "*":
        raise CertificateError("partial wildcards in leftmost label are not supported: {!r}.".format(name))
    host_left, dot, host_rest = hostname.partition(".")
    return bool(host_left) and bool(dot) and rest.lower() == host_rest.lower()


RULES = {
    "python-3.5": Rules(MismatchError, _read_host_3_5, ipaddress.ip_address, _matches_3_5),
    "python-3.7": Rules(CertificateError, _read_host_3_7, _read_address_3_7, _matches_3_7),
}


def _mismatch(rules: Rules, names: List[str], hostname: str) -> CertificateError:
    if len(names) > 1:
        return rules.error("hostname %r doesn't match either of %s" % (hostname, ", ".join(map(repr, names))))
    if len(names) == 1:
        return rules.error("hostname %r doesn't match %r" % (hostname, names[0]))
    return rules.error("no appropriate commonName or subjectAltName fields were found")


def refusal(rules: Rules, certificate: Dict[str, Any], hostname: str) -> Optional[ValueError]:
    """Returns the exception that Python's function raises, or None where it accepts."""
    address, names = rules.read_host(hostname), []
    try:
        for kind, text in certificate.get("subjectAltName", ()):
            if kind == "DNS":
                if address is None and rules.matches(text, hostname):
                    return None
            elif kind == "IP Address":
                if address is not None and rules.read_address(text.rstrip()) == address:
                    return None
            else:
                continue
            names.append(text)
        if not names:
            for text in common_names(certificate):
                if rules.matches(text, hostname):
                    return None
                names.append(text)
    except ValueError as error:
        return error
    return _mismatch(rules, names, hostname)
