# SPDX-License-Identifier: MIT
"""Finds out from the octets of certificates and CRLs which certificates a CRL lists, whatever else the CRL says."""


def read_elements(octets):
    """Returns the DER elements that stand one behind another as (tag, contents, whole)."""
    found, at = [], 0
    while at < len(octets):
        start, tag, length = at, octets[at], octets[at + 1]
        at += 2
        if length & 0x80:
            n = length & 0x7F
            length = int.from_bytes(octets[at : at + n], "big")
            at += n
        found.append((tag, octets[at : at + length], octets[start : at + length]))
        at += length
    return found


def read_body(der):
    """Returns the elements of what is signed in a certificate or a CRL."""
    return read_elements(read_elements(read_elements(der)[0][1])[0][1])


def name_certificate(der):
    """Returns (issuer's name, serial number) of a certificate."""
    body = read_body(der)
    if body[0][0] == 0xA0:
        del body[0]
    return body[2][2], body[0][1]


def lists(crl, certificate):
    """Returns whether an entry of the CRL has the certificate's serial number, and the CRL's issuer, or an issuer that the
    entry itself names, is the certificate's."""
    issuer, serial = name_certificate(certificate)
    body = read_body(crl)
    if body[0][0] == 0x02:
        del body[0]
    for tag, contents, _ in body[2:]:
        if tag != 0x30:
            continue
        for _, entry, whole in read_elements(contents):
            if read_elements(entry)[0][1] == serial and (body[1][2] == issuer or issuer in whole):
                return True
    return False
