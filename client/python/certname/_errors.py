# SPDX-License-Identifier: MIT
"""The exceptions: a refusal, and a question without an answer."""

import ssl
from typing import Optional

from ._verdict import Verdict


class CertificateError(ssl.SSLCertVerificationError):
    """
    certnamed, or a rule of Python that the caller named, refuses the certificate. It is a ssl.SSLCertVerificationError,
    so that `except ssl.CertificateError` and `except ValueError` catch it.

    An exception of verify() or of a handshake has all fields of ssl.SSLCertVerificationError as CPython fills them: errno
    1, strerror without the line of CPython's source, verify_code, verify_message, reason and library. Exceptions of
    match_hostname() have one argument, the text.
    """

    verdict: Optional[Verdict] = None


class MismatchError(CertificateError):
    """A refusal by match_hostname(), whose text is str(error), as it was until Python 3.6."""

    def __str__(self) -> str:
        return str(self.args[0])


class DaemonError(ssl.SSLError):
    """
    There is no verdict: the daemon cannot be asked, does not answer, or does not answer such a question. `name` is the
    reason for programs, as in "unavailable" or "timeout"; `errno` is that of the system call that failed, or 0.
    """

    name: str = "unknown"


def refusal(verdict: Verdict) -> CertificateError:
    """Returns the exception that CPython's handshake would raise for the verdict."""
    error = CertificateError(1, verdict.strerror)
    return fill(error, verdict)


def fill(error: CertificateError, verdict: Verdict) -> CertificateError:
    """Fills in the fields of a refusal, and returns it."""
    error.reason = verdict.reason
    error.library = verdict.library
    error.verify_code = verdict.verify_code
    error.verify_message = verdict.message
    error.verdict = verdict
    return error
