# SPDX-License-Identifier: MIT
"""Certificates that no tool would make: the DER is put together by hand and unsigned, as an attacker would send
it."""

OID_COMMON_NAME = bytes.fromhex("0603550403")
OID_ORGANIZATION = bytes.fromhex("060355040a")
OID_ALTERNATIVE_NAME = bytes.fromhex("0603551d11")
OID_CRL_POINTS = bytes.fromhex("0603551d1f")
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
P256_KEY = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\x04" + bytes(range(64))


def tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    if n < 0x80:
        length = bytes([n])
    else:
        size = (n.bit_length() + 7) // 8
        length = bytes([0x80 | size]) + n.to_bytes(size, "big")
    return bytes([tag]) + length + body


def sequence(*parts):
    return tlv(0x30, *parts)


def name(*attributes):
    """Returns a distinguished name made of (OID, text) pairs."""
    return sequence(*(tlv(0x31, sequence(oid, tlv(0x0c, text.encode()))) for oid, text in attributes))


def extension(oid, value, critical=False):
    return sequence(oid, b"\x01\x01\xff" if critical else b"", tlv(0x04, value))


def alternative_names(*names):
    """Takes (tag number, bytes) pairs: 2 is a dNSName, 7 an iPAddress."""
    return extension(OID_ALTERNATIVE_NAME, sequence(*(tlv(0x80 | tag, data) for tag, data in names)))


def relative_crl_points(count, text):
    """Returns distribution points named relative to the issuer: the full name of each is the issuer's name with one
    more part."""
    point = sequence(tlv(0xa0, tlv(0xa1, sequence(OID_COMMON_NAME, tlv(0x0c, text.encode())))))
    return extension(OID_CRL_POINTS, sequence(point * count))


def unsigned(*extensions, issuer=None, subject=None, not_before=b"260101000000Z", not_after=b"360101000000Z"):
    issuer = issuer or name((OID_COMMON_NAME, "issuer"))
    validity = sequence(tlv(0x17, not_before), tlv(0x17, not_after))
    tbs = sequence(
        tlv(0xa0, b"\x02\x01\x02"), b"\x02\x01\x01", ECDSA_SHA256, issuer, validity,
        subject or name((OID_ORGANIZATION, "subject")), P256_KEY, tlv(0xa3, sequence(*extensions)))
    return sequence(tbs, ECDSA_SHA256, tlv(0x03, b"\x00" + bytes(70)))
