# SPDX-License-Identifier: MIT
"""
The names of a certificate: from the dict of getpeercert() into a question, and from DER into such a dict.

Reading DER here decides about nothing but the text of an exception and Python's own rules, which can only refuse what the
daemon has accepted.
"""

import ipaddress
from typing import Any, Dict, Iterator, List, Tuple

from . import _library

_KINDS = {
    "DNS": _library.NAME_DNS,
    "IP Address": _library.NAME_IP,
    "email": _library.NAME_EMAIL,
    "URI": _library.NAME_URI,
    "DirName": _library.NAME_OTHER,
    "Registered ID": _library.NAME_OTHER,
    # The dict does not show what an otherName is. As an SRVName it rules out common names, where a rule knows SRVNames.
    "othername": _library.NAME_SRV,
}

Names = List[Tuple[int, bytes]]


def _address(text: str) -> bytes:
    return ipaddress.ip_address(text.rstrip()).packed


def _presented(kind: str, text: Any) -> Tuple[int, bytes]:
    """Returns one name of subjectAltName; a name that cannot be a name of its kind is a malformed one."""
    number = _KINDS.get(kind, _library.NAME_MALFORMED)
    if not isinstance(text, str):  # the relative names of a directory name
        return number, repr(text).encode("utf-8", "backslashreplace")
    try:
        return number, _address(text) if number == _library.NAME_IP else text.encode()
    except ValueError:
        return _library.NAME_MALFORMED, text.encode("utf-8", "surrogatepass")


def common_names(certificate: Dict[str, Any]) -> Iterator[str]:
    for relative in certificate.get("subject", ()):
        for key, value in relative:
            if key == "commonName":
                yield value


def of_dict(certificate: Dict[str, Any]) -> Names:
    """Returns the names in a dict of getpeercert(): those of subjectAltName, then the common names."""
    names = [_presented(kind, text) for kind, text in certificate.get("subjectAltName", ())]
    names += [(_library.NAME_COMMON, name.encode("utf-8", "surrogatepass")) for name in common_names(certificate)]
    return names


# --- DER ---

_SEQUENCE, _OCTET_STRING, _OID = 0x30, 0x04, 0x06
_SUBJECT_ALT_NAME = bytes.fromhex("551d11")
_COMMON_NAME = bytes.fromhex("550403")
_EXTENSIONS = 0xA3
_GENERAL = {0x81: "email", 0x82: "DNS", 0x86: "URI", 0x87: "IP Address", 0x88: "Registered ID", 0xA0: "othername",
            0xA4: "DirName"}
_STRINGS = {0x0C: "utf-8", 0x12: "latin-1", 0x13: "latin-1", 0x14: "latin-1", 0x16: "latin-1", 0x1C: "utf-32-be",
            0x1E: "utf-16-be"}


def _elements(data: bytes) -> Iterator[Tuple[int, bytes]]:
    """Yields tag and content of each element. Raises ValueError where the bytes are not DER."""
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError("the certificate is not DER")
        tag, length = data[at], data[at + 1]
        at += 2
        if length >= 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4 or at + count > len(data):
                raise ValueError("the certificate is not DER")
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if length > len(data) - at:
            raise ValueError("the certificate is not DER")
        yield tag, data[at : at + length]
        at += length


def _inside(data: bytes, tag: int) -> bytes:
    """Returns the content of the first element, which has to have the tag."""
    for found, content in _elements(data):
        if found == tag:
            return content
        break
    raise ValueError("the certificate is not DER")


def _print_address(octets: bytes) -> str:
    """Returns an address as OpenSSL prints it, and so getpeercert()."""
    if len(octets) == 4:
        return ".".join(str(octet) for octet in octets)
    if len(octets) == 16:
        return ":".join("%X" % int.from_bytes(octets[i : i + 2], "big") for i in range(0, 16, 2))
    return "<invalid>"


def _alternative_names(content: bytes) -> Tuple[Tuple[str, str], ...]:
    found = []
    for tag, value in _elements(_inside(content, _SEQUENCE)):
        kind = _GENERAL.get(tag, "malformed")
        if kind == "IP Address":
            found.append((kind, _print_address(value)))
        elif kind in ("DNS", "email", "URI"):
            found.append((kind, value.decode("utf-8")))
        else:
            found.append((kind, "<unsupported>"))
    return tuple(found)


def _subject(content: bytes) -> Tuple[Tuple[Tuple[str, str], ...], ...]:
    found = []
    for _, relative in _elements(content):
        for _, attribute in _elements(relative):
            parts = list(_elements(attribute))
            if len(parts) == 2 and parts[0] == (_OID, _COMMON_NAME):
                tag, value = parts[1]
                found.append((("commonName", value.decode(_STRINGS.get(tag, "utf-8"))),))
    return tuple(found)


def dict_of(certificate: bytes) -> Dict[str, Any]:
    """Returns `subject`, with the common names alone, and `subjectAltName` as getpeercert() shows them. Raises ValueError
    where the certificate cannot be read."""
    parts = list(_elements(_inside(_inside(certificate, _SEQUENCE), _SEQUENCE)))
    if parts and parts[0][0] == 0xA0:
        parts = parts[1:]
    if len(parts) < 6:
        raise ValueError("the certificate is not DER")
    found: Dict[str, Any] = {"subject": _subject(parts[4][1])}
    for tag, content in parts[6:]:
        if tag == _EXTENSIONS:
            for _, extension in _elements(_inside(content, _SEQUENCE)):
                members = list(_elements(extension))
                if members and members[0] == (_OID, _SUBJECT_ALT_NAME) and members[-1][0] == _OCTET_STRING:
                    found["subjectAltName"] = _alternative_names(members[-1][1])
    return found
