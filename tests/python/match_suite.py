# SPDX-License-Identifier: MIT
"""
Reads questions for match_hostname() from standard input, asks them, and prints what came of each as JSON. It runs under
each Python that the test finds. With `oracle` as argument the function is that of the Python which runs it.

A question is [certificate, host, rules]; a certificate is a dict of getpeercert() or DER in hexadecimal. A result is null
where the function returns, else [whether the exception is a CertificateError, its text, its arguments].
"""

import json
import sys
import warnings


def load():
    """Returns the function and the exception under test."""
    if sys.argv[1:] == ["oracle"]:
        import ssl

        warnings.simplefilter("ignore")
        return lambda certificate, host, rules: ssl.match_hostname(certificate, host), ssl.CertificateError
    import certname

    return lambda certificate, host, rules: certname.match_hostname(certificate, host, rules=rules), certname.CertificateError


def as_tuples(certificate):
    if isinstance(certificate, str):
        return bytes.fromhex(certificate)
    found = {}
    if "subject" in certificate:
        found["subject"] = tuple(tuple(tuple(pair) for pair in relative) for relative in certificate["subject"])
    if "subjectAltName" in certificate:
        found["subjectAltName"] = tuple(tuple(pair) for pair in certificate["subjectAltName"])
    return found


def main():
    match_hostname, error_class = load()
    results = []
    for certificate, host, rules in json.load(sys.stdin):
        try:
            match_hostname(as_tuples(certificate), host, rules)
            results.append(None)
        except ValueError as error:
            results.append([isinstance(error, error_class), str(error), [str(one) for one in error.args]])
    json.dump(results, sys.stdout)


main()
