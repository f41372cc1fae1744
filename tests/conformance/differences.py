# SPDX-License-Identifier: MIT
"""
Where our verdicts differ from what other projects' suites and the collected cases expect, each with its reason. A case
that differs and is not in here fails the test.
"""

import fnmatch

LAX, STRICT, ERROR = "lax", "strict", "error"


class Difference:
    """A reason, which way the verdict differs, and the cases: patterns of fnmatch for suite and id."""

    def __init__(self, reason, way, suite, *ids):
        self.reason = reason
        self.way = way
        self.suite = suite
        self.ids = ids

    def covers(self, suite, way, name):
        return (
            way == self.way
            and fnmatch.fnmatchcase(suite, self.suite)
            and any(fnmatch.fnmatchcase(name, pattern) for pattern in self.ids)
        )


SUITES = [
    # --- what we take and the source refuses ---
    Difference(
        "a PrintableString is compared by its octets, whatever characters it may hold: two names that are equal lead to"
        " one key alone",
        LAX, "bssl-names", "name/printable-*",
    ),
    Difference(
        "strings of every type are compared by their characters, and without regard to ASCII case",
        LAX, "bssl-names", "name/ascii-T61STRING-*", "name/ascii-PRINTABLESTRING-*", "name/ascii-UNIVERSALSTRING-*",
        "name/ascii-*", "subtree/ascii-*",
    ),
    Difference(
        "DER's rule on default values is not enforced: a critical FALSE that is written out means the same",
        LAX, "bssl-sig", "parse/extension_critical_0",
    ),
    Difference(
        "a key usage with zeros at its end means the same; a public root and GnuTLS's certtool have it",
        LAX, "bssl-sig", "parse/key_usage_not_minimal",
    ),
    Difference(
        "an anchor is a name and a key: its own policies, mappings and constraints on policies are not inputs",
        LAX, "bssl-chain", "*/ta-with-constraints",
    ),
    Difference(
        "the source has a stricter variant of the purpose, which we do not have",
        LAX, "bssl-chain", "*strict-leaf", "*-strict", "*/strict",
    ),
    Difference(
        "a TLS feature of an authority (RFC 7633 section 4.2.2) is not inherited by those below it",
        LAX, "gnutls-chains", "054 *",
    ),
    Difference(
        "the question names no purpose for the intermediate that is trusted, and its usage allows servers",
        LAX, "openssl-verify", "ee-cert by root-cert+cca-cert *",
    ),
    Difference(
        "a response that is older than the source allows is within its nextUpdate; producedAt is not compared",
        LAX, "bssl-rev", "ocsp/old_response+nextUpdate", "ocsp/produced_*",
    ),
    Difference("the certificate's unknown critical extension is one that we know", LAX, "botan", "bsi/ext_14"),
    # --- what we refuse and the source takes: the floor ---
    Difference(
        "DSA, keys with less than 112 bits of security, and SHA-1 are below the floor of every profile",
        STRICT, "botan", "nist/*", "pss_certs/01", "pss_certs/02", "pss_certs/1*", "x509test/*", "name_constraint/*",
        "misc/*",
    ),
    Difference("DSA is below the floor of every profile", STRICT, "pkits", "4.1.4 *"),
    Difference(
        "keys with less than 112 bits of security, and SHA-1",
        STRICT, "nss-nameconstraints", "server*",
    ),
    Difference("SHA-1 in the chain", STRICT, "bssl-chain", "issuer-and-subject-not-byte-for-byte-equal/target"),
    Difference("keys of 1,024 bits", STRICT, "bssl-rev", "crl/good_*"),
    Difference(
        "SHA-3 is in no profile's table, since libcrypto 3.0 has no ECDSA with it",
        STRICT, "openssl-verify", "ee-cert-ec-sha3-512 *",
    ),
    Difference("an X25519 key signs nothing, so no handshake can use it", STRICT, "openssl-verify", "ee-ed25519 *"),
    # --- what we refuse and the source takes: rules of profile rfc5280 ---
    Difference(
        "RFC 5280 demands key identifiers, critical basic constraints, critical constraints on policies and names, UTCTime"
        " before 2050, positive serial numbers and version 3; profile compatible does not",
        STRICT, "*", "bsi/ext_03", "bsi/ext_09", "bsi/ext_16", "misc/*", "024 *", "026 *", "037 *", "041 *",
        "verify/MultipleConstraints", "verify/unnamed", "policies/*", "dcissallowed *", "multi/*",
        "intermediate-basic-constraints-not-critical/*", "goodcn2-cert *", "ee-pathlen *", "server*",
        "4.3.6 *", "4.6.4 *", "4.8.11 *", "4.10.13 *", "4.12.3 *", "4.12.7 *", "4.12.9 *", "nc/*", "root_cert*",
    ),
    Difference(
        "where a certificate has keyUsage and extKeyUsage, both have to allow the purpose (RFC 5280 section 4.2.1.12)",
        STRICT, "*", "policies/*", "target-serverauth-various-keyusages/ec-decipherOnly",
    ),
    # --- what we refuse and the source takes: anchors and usages ---
    Difference(
        "an anchor's own extended key usage and key usage restrict it",
        STRICT, "*", "root-eku-clientauth/*", "root-lacks-keycertsign-key-usage/*", "eku/03 *",
    ),
    Difference(
        "an anchor's dates hold, and so does that it is no authority by its own words",
        STRICT, "bssl-chain", "expired-root/*", "root-basic-constraints-ca-false/*", "root-lacks-basic-constraints/*",
    ),
    Difference("the extended key usage is not for TLS", STRICT, "*", "ocsp1 *", "pss_certs/04"),
    Difference("a critical OCSP No Check is not known in an end entity", STRICT, "openssl-verify", "ee-cert-ocsp-nocheck *"),
    Difference(
        "a dNSName constraint with a leading dot is malformed by RFC 5280; a malformed name cannot be compared",
        STRICT, "bssl-names", "nc/*",
    ),
    Difference(
        "the attributes of an RDN are compared in their order, which DER makes the same but for strings of other types",
        STRICT, "bssl-names", "name/ascii-*rdn*sorting_*",
    ),
    Difference("the name does not match: its star stands for a part of a label", STRICT, "botan", "x509test/ValidWildcard"),
    # --- what we refuse and the source takes: CRLs and responses ---
    Difference(
        "CRLs that cover some reasons alone, and valid indirect and delta CRLs, are not combined",
        STRICT, "pkits", "4.14.18 *", "4.14.19 *", "4.14.22 *", "4.14.24 *", "4.14.29 *", "4.15.5 *",
    ),
    Difference(
        "a CRL of another key of the issuer, or of a point named by a directoryName, is not good enough for `required`",
        STRICT, "pkits", "4.5.3 *", "4.6.15 *", "4.9.6 *", "4.12.7 *", "4.12.9 *", "4.13.19 *", "4.14.5 *",
    ),
    Difference(
        "a CRL's point or number",
        STRICT, "webpki-revocation", "point: *", "no crl number *",
    ),
    Difference(
        "a response without nextUpdate is never good enough for `required`; a critical extension of it is not known",
        STRICT, "bssl-rev", "ocsp/*",
    ),
    # --- what we do not read at all ---
    Difference(
        "a certificate or a CRL that is not DER as a whole ends in an error",
        ERROR, "*", "parse/indefinite_length", "name/invalid-*", "crl/*", "bsi/common_02", "4.4.4 *",
        "intermediate-eku-*",
    ),
    Difference("more names than a request may hold", ERROR, "bssl-chain", "many-names/*"),
]

# The collected cases whose `want` a later change brings.
CASES = {
    "purpose email": "purposes other than server and client are not asked about yet",
    "purpose-email: S/MIME certificate": "purposes other than server and client are not asked about yet",
    "purpose-email: the same, purpose client": "purposes other than server and client are not asked about yet",
    "purpose-email: RDP EKU alone": "purposes other than server and client are not asked about yet",
    "one label": "a title of one label is not taken yet",
    "names: another name may stand for this host": "a domain has no other names yet",
}
