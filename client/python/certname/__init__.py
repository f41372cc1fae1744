# SPDX-License-Identifier: MIT
"""
Asks the daemon certnamed whether certificates may stand for a host name.

    import certname

    certname.match_hostname(certificate, "www.example.org")   # as ssl.match_hostname() did
    certname.verify(chain, "www.example.org")                 # the path to a trust anchor too
    certname.inject_into_ssl()                                # every TLS client of this process, besides OpenSSL
    context = certname.SSLContext()                           # certnamed instead of OpenSSL's verification

A refusal is a CertificateError, with the daemon's verdict in its attribute `verdict`. Without a verdict there is a
DaemonError. The package needs the C library libcertname-client and Python 3.8 or later, and nothing to be compiled.
"""

from ._client import Client, verify
from ._errors import CertificateError, DaemonError
from ._match import match_hostname
from ._tls import SSLContext, extract_from_ssl, inject_into_ssl
from ._verdict import Failure, Identity, Leaf, Rule, Step, Verdict

__all__ = [
    "CertificateError",
    "Client",
    "DaemonError",
    "Failure",
    "Identity",
    "Leaf",
    "Rule",
    "SSLContext",
    "Step",
    "Verdict",
    "extract_from_ssl",
    "inject_into_ssl",
    "match_hostname",
    "verify",
]
