# SPDX-License-Identifier: MIT
"""libcertname-client through ctypes: the library, its structs, and the types of its functions."""

import ctypes
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char_p,
    c_int,
    c_int64,
    c_size_t,
    c_uint,
    c_uint64,
    c_void_p,
)

NOT_VERIFIED = 0
NAME_MATCHES = 0x35A6C993
VERIFIED = 0x5CA96C6C

ERR_INVALID_REFERENCE = -108

# Types of names, as in enum certname_name.
NAME_DNS, NAME_IP, NAME_COMMON, NAME_EMAIL, NAME_URI, NAME_SRV, NAME_OTHER, NAME_MALFORMED = range(1, 9)
# Types of references, as in enum certname_reference.
REFERENCES = {"host": 1, "email": 2, "uri": 3, "spiffe": 4, "srv": 5}
PURPOSES = {"server": 1, "client": 2}


class Bytes(Structure):
    _fields_ = [("data", c_void_p), ("len", c_size_t)]

    def copy(self) -> bytes:
        return ctypes.string_at(self.data, self.len) if self.len else b""


class FailureStruct(Structure):
    _fields_ = [("code", c_char_p), ("verify_code", c_int), ("message", c_char_p), ("depth", c_uint),
                ("detail", c_char_p)]


class IdentityStruct(Structure):
    _fields_ = [("type", c_char_p), ("value", Bytes), ("why", c_char_p), ("text", c_char_p)]


class RuleStruct(Structure):
    _fields_ = [("section", c_char_p), ("file", c_char_p), ("line", c_uint)]


class StepStruct(Structure):
    _fields_ = [("sha256", Bytes), ("store", c_char_p)]


class LeafStruct(Structure):
    _fields_ = [("sha256", Bytes), ("spki", Bytes), ("has_validity", c_int), ("not_before", c_int64),
                ("not_after", c_int64)]


ANSWER = CFUNCTYPE(None, c_void_p, c_int, c_void_p)

_PROTOTYPES = {
    "certname_result_name": (c_char_p, [c_int]),
    "certname_client_new": (c_void_p, []),
    "certname_client_free": (c_void_p, [c_void_p]),
    "certname_client_set_path": (c_int, [c_void_p, c_char_p]),
    "certname_client_path": (c_char_p, [c_void_p]),
    "certname_client_set_timeout": (c_int, [c_void_p, c_uint]),
    "certname_client_error": (c_char_p, [c_void_p]),
    "certname_client_errno": (c_int, [c_void_p]),
    "certname_question_new": (c_void_p, []),
    "certname_question_free": (c_void_p, [c_void_p]),
    "certname_question_add_reference": (c_int, [c_void_p, c_int, c_char_p, c_size_t]),
    "certname_question_without_identity": (c_int, [c_void_p]),
    "certname_question_add_certificate": (c_int, [c_void_p, c_char_p, c_size_t]),
    "certname_question_without_certificate": (c_int, [c_void_p]),
    "certname_question_add_name": (c_int, [c_void_p, c_int, c_char_p, c_size_t]),
    "certname_question_add_crl": (c_int, [c_void_p, c_char_p, c_size_t]),
    "certname_question_set_ocsp": (c_int, [c_void_p, c_char_p, c_size_t]),
    "certname_question_set_purpose": (c_int, [c_void_p, c_int]),
    "certname_question_require_path": (c_int, [c_void_p]),
    "certname_question_explain": (c_int, [c_void_p]),
    "certname_verify": (c_int, [c_void_p, c_void_p, POINTER(c_void_p)]),
    "certname_verify_host": (c_int, [c_void_p, c_char_p, c_char_p, c_size_t, POINTER(c_void_p)]),
    "certname_ask": (c_int, [c_void_p, c_void_p, ANSWER, c_void_p]),
    "certname_process": (c_int, [c_void_p]),
    "certname_client_fd": (c_int, [c_void_p]),
    "certname_client_connection": (c_uint, [c_void_p]),
    "certname_client_events": (c_int, [c_void_p]),
    "certname_client_wait_ms": (c_int, [c_void_p]),
    "certname_verdict_free": (c_void_p, [c_void_p]),
    "certname_verdict_result": (c_int, [c_void_p]),
    "certname_verdict_verify_code": (c_int, [c_void_p]),
    "certname_verdict_message": (c_char_p, [c_void_p]),
    "certname_verdict_reason": (c_char_p, [c_void_p]),
    "certname_verdict_library": (c_char_p, [c_void_p]),
    "certname_verdict_strerror": (c_char_p, [c_void_p]),
    "certname_verdict_code": (c_char_p, [c_void_p]),
    "certname_verdict_failure": (POINTER(FailureStruct), [c_void_p, c_size_t]),
    "certname_verdict_reported": (POINTER(FailureStruct), [c_void_p, c_size_t]),
    "certname_verdict_reference": (POINTER(IdentityStruct), [c_void_p]),
    "certname_verdict_matched": (POINTER(IdentityStruct), [c_void_p]),
    "certname_verdict_presented": (POINTER(IdentityStruct), [c_void_p, c_size_t]),
    "certname_verdict_presented_more": (c_uint, [c_void_p]),
    "certname_verdict_nearest": (POINTER(IdentityStruct), [c_void_p]),
    "certname_verdict_checked": (c_char_p, [c_void_p, c_size_t]),
    "certname_verdict_rule": (POINTER(RuleStruct), [c_void_p]),
    "certname_verdict_client_rule": (POINTER(RuleStruct), [c_void_p]),
    "certname_verdict_path": (POINTER(StepStruct), [c_void_p, c_size_t]),
    "certname_verdict_generation": (c_uint64, [c_void_p]),
    "certname_verdict_digest": (Bytes, [c_void_p]),
    "certname_verdict_alert": (c_uint, [c_void_p]),
    "certname_verdict_alert_name": (c_char_p, [c_void_p]),
    "certname_verdict_sni": (c_int, [c_void_p]),
    "certname_verdict_leaf": (POINTER(LeafStruct), [c_void_p]),
}


def _load() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libcertname-client.so.0")
    except OSError as error:
        raise ImportError("certname needs the C library libcertname-client: install it (%s)" % error) from error
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


library = _load()


def text(data: "bytes | None") -> str:
    """Returns a string of the library as text. Bytes that are not UTF-8 are shown by their numbers."""
    return (data or b"").decode("utf-8", "backslashreplace")
