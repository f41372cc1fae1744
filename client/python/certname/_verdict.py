# SPDX-License-Identifier: MIT
"""A verdict as Python objects, copied from the library."""

from typing import Any, Callable, List, NamedTuple, Optional, Tuple

from ._library import NAME_MATCHES, VERIFIED, library, text


class Failure(NamedTuple):
    """Why the certificate is refused, or would be by a rule that the policy only reports."""

    code: str
    verify_code: int
    message: str
    depth: int
    detail: str


class Identity(NamedTuple):
    """A name: of the question, or of the certificate. `value` is as in the certificate; an IP-ID is its octets."""

    type: str
    value: bytes
    why: str
    text: str


class Rule(NamedTuple):
    """The section of the policy that decided; `file` is empty for the built-in policy."""

    section: str
    file: str
    line: int


class Step(NamedTuple):
    """A certificate of the path, by the SHA-256 of its DER; the trust anchor's has its store."""

    sha256: bytes
    store: str


class Leaf(NamedTuple):
    """The end entity's certificate. Its dates are None where they are not dates."""

    sha256: bytes
    spki: bytes
    not_before: Optional[int]
    not_after: Optional[int]


class Verdict(NamedTuple):
    """The daemon's answer to a question. Only `accepts` says whether the certificate is accepted."""

    result: int
    code: str
    verify_code: int
    message: str
    reason: str
    library: str
    strerror: str
    failures: Tuple[Failure, ...]
    reported: Tuple[Failure, ...]
    reference: Optional[Identity]
    matched: Optional[Identity]
    presented: Tuple[Identity, ...]
    presented_more: int
    nearest: Optional[Identity]
    checked: Tuple[str, ...]
    rule: Rule
    client_rule: Optional[Rule]
    path: Tuple[Step, ...]
    generation: int
    digest: bytes
    alert: int
    alert_name: str
    sni: bool
    leaf: Optional[Leaf]

    @property
    def accepts(self) -> bool:
        """Whether the name and the policy permit the certificate; `verified` says whether the path does too."""
        return self.result == NAME_MATCHES or self.result == VERIFIED

    @property
    def verified(self) -> bool:
        """Whether the path to a trust anchor was validated as well."""
        return self.result == VERIFIED

    def __bool__(self) -> bool:
        raise TypeError("test verdict.accepts or verdict.verified: a verdict itself is neither true nor false")


def _failure(found: Any) -> Failure:
    return Failure(text(found.code), found.verify_code, text(found.message), found.depth, text(found.detail))


def _identity(found: Any) -> Identity:
    return Identity(text(found.type), found.value.copy(), text(found.why), text(found.text))


def _rule(found: Any) -> Rule:
    return Rule(text(found.section), text(found.file), found.line)


def _leaf(found: Any) -> Leaf:
    dates = (found.not_before, found.not_after) if found.has_validity else (None, None)
    return Leaf(found.sha256.copy(), found.spki.copy(), *dates)


def _one(pointer: Any, convert: Callable[[Any], Any]) -> Any:
    return convert(pointer.contents) if pointer else None


def _all(function: Callable[[int, int], Any], handle: int, convert: Callable[[Any], Any]) -> Tuple[Any, ...]:
    found: List[Any] = []
    while True:
        item = function(handle, len(found))
        if not item:
            return tuple(found)
        found.append(convert(item if isinstance(item, bytes) else item.contents))


def take(handle: int) -> Verdict:
    """Copies a verdict of the library and frees it."""
    try:
        return Verdict(
            library.certname_verdict_result(handle),
            text(library.certname_verdict_code(handle)),
            library.certname_verdict_verify_code(handle),
            text(library.certname_verdict_message(handle)),
            text(library.certname_verdict_reason(handle)),
            text(library.certname_verdict_library(handle)),
            text(library.certname_verdict_strerror(handle)),
            _all(library.certname_verdict_failure, handle, _failure),
            _all(library.certname_verdict_reported, handle, _failure),
            _one(library.certname_verdict_reference(handle), _identity),
            _one(library.certname_verdict_matched(handle), _identity),
            _all(library.certname_verdict_presented, handle, _identity),
            library.certname_verdict_presented_more(handle),
            _one(library.certname_verdict_nearest(handle), _identity),
            _all(library.certname_verdict_checked, handle, text),
            _rule(library.certname_verdict_rule(handle).contents),
            _one(library.certname_verdict_client_rule(handle), _rule),
            _all(library.certname_verdict_path, handle, lambda step: Step(step.sha256.copy(), text(step.store))),
            library.certname_verdict_generation(handle),
            library.certname_verdict_digest(handle).copy(),
            library.certname_verdict_alert(handle),
            text(library.certname_verdict_alert_name(handle)),
            library.certname_verdict_sni(handle) == 1,
            _one(library.certname_verdict_leaf(handle), _leaf),
        )
    finally:
        library.certname_verdict_free(handle)
