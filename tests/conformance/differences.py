# SPDX-License-Identifier: MIT
"""
Where our verdicts differ from what other projects' suites and the collected cases expect, case by case, each with its reason.
A case that differs and is not listed fails the test, and so does a listed case that does not differ.
"""

# How a verdict differs: we accept what the source refuses, refuse what it accepts, or answer with an error.
LAX, STRICT, ERROR = "lax", "strict", "error"


def listing(*differences):
    """Returns {(suite, way, id): reason} of differences, each of which is (reason, way, suite, id, id, ...)."""
    return {(suite, way, name): reason for reason, way, suite, *names in differences for name in names}


def equal_names(*kinds):
    """Returns the ids of the cases in which a name of this kind is compared with itself."""
    return ["name/{0} = {0}".format(kind) for kind in kinds]


# The octets, in hexadecimal, that the suite puts into a PrintableString although they are no characters of it.
NOT_PRINTABLE = """
    02 03 04 07 08 09 12 15 16 18 19 1b 1c 1d 1f 22 23 24 3c 5b 5d 5e 7b 7d 7e 7f 85 86 89 8a 8b 8c 8e 90 91 92 93
    98 99 9b 9d a1 a3 a4 a5 a7 a8 a9 ac ae b2 b3 b5 b6 b8 b9 ba c3 c5 c6 c9 ca cd cf d1 d3 d4 d5 d8 d9 da dd de e1
    e5 e7 e8 e9 ed ee ef f0 f1 f4 f6 f7 f8 f9 fa fb fd fe
""".split()
NIST = "01 04 07 15 17 18 26 34 36 37 40 41 42 44 47 48 52 53 62 63".split()

FLOOR = "keys with less than 112 bits of security, DSA, MD5 and SHA-1 are below the floor of every profile"
WRITTEN = "profile rfc5280 judges how a certificate is written: "
NOT_JUDGED = "profile compatible does not judge how a certificate is written: "
COMMON_NAME = (
    "a common name is no dNSName: constraints apply to it where it may stand for the host, and no host is asked for here"
)
BOTH_USAGES = "where an end entity has keyUsage and extKeyUsage, both have to allow the purpose (RFC 5280 section 4.2.1.12)"
OTHER_PURPOSE = "the extended key usage is for other purposes than TLS"
UNREADABLE_CRL = "a CRL of the request that cannot be read is an error of the request"

# Under the settings that a suite was converted for, and under profile compatible, too.
ALWAYS = listing(
    # --- what we accept and the source refuses ---
    (
        "a name is equal to itself, whatever octets are in a PrintableString of it: that leads to one key and one authority",
        LAX, "bssl-names", *equal_names(*("printable-" + octet for octet in NOT_PRINTABLE)),
    ),
    (
        "names that differ in their string type alone are the same name, and T61Strings are compared by their characters as"
        " the others are (the source compares T61Strings octet by octet)",
        LAX, "bssl-names",
        "name/ascii-PRINTABLESTRING-unmangled = ascii-T61STRING-unmangled",
        "name/ascii-UNIVERSALSTRING-unmangled = ascii-T61STRING-unmangled",
        "name/ascii-T61STRING-unmangled = ascii-T61STRING-case_swap",
        "subtree/ascii-T61STRING-unmangled in ascii-PRINTABLESTRING-unmangled",
        "subtree/ascii-T61STRING-unmangled in ascii-UNIVERSALSTRING-unmangled",
        "subtree/ascii-T61STRING-unmangled-extra_rdn in ascii-UNIVERSALSTRING-unmangled",
        "subtree/ascii-UNIVERSALSTRING-unmangled-extra_rdn in ascii-T61STRING-unmangled",
        "subtree/ascii-UTF8-unmangled in ascii-T61STRING-unmangled",
    ),
    (
        "a critical FALSE that is written out means the same as one that is left out",
        LAX, "bssl-sig", "parse/extension_critical_0",
    ),
    (
        "a key usage with zeros at its end means the same; a public root and GnuTLS's certtool have it",
        LAX, "bssl-sig", "parse/key_usage_not_minimal",
    ),
    (
        "an anchor is a name and a key (RFC 5280 section 6.1.1 (d)): its own policies, mappings and constraints on policies are"
        " no inputs",
        LAX, "bssl-chain", "policies-on-root-wrong/ta-with-constraints", "policies-required-by-root-fail/ta-with-constraints",
        "policy-mappings-on-root-fail/ta-with-constraints",
    ),
    (
        "TLS features of an authority (RFC 7633 section 4.2.2) are no part of RFC 5280 section 6.1",
        LAX, "gnutls-chains", "054 tls features - intermediate no ext",
    ),
    (
        "another path is valid, through the presented certificate of the same key; the source tries the first issuer alone",
        LAX, "openssl-verify", "ee-cert by root-cert+cca-cert through ca-cert sslserver",
    ),
    (
        "a response counts until its nextUpdate, however old it is; the source has a limit of its own for the age",
        LAX, "bssl-rev", "ocsp/old_response+nextUpdate",
    ),
    (
        "RFC 6960 section 3.2 does not compare producedAt with anything",
        LAX, "bssl-rev", "ocsp/produced_early_response+nextUpdate", "ocsp/produced_late_response+nextUpdate",
    ),
    (
        "policy mappings are known here, and those of an end entity map nothing (RFC 5280 section 6.1.4); the source does not"
        " know them",
        LAX, "botan", "bsi/ext_14",
    ),
    # --- what we refuse and the source accepts: the floor ---
    (
        FLOOR,
        STRICT, "botan", "x509test/ValidAltName", "x509test/ValidNameConstraint", "x509test/ValidIntCALen",
        "x509test/ValidWildcard", "name_constraint/Valid_DNS_Name_Constraint", "name_constraint/Valid_IP_Name_Constraint",
        "pss_certs/01", "pss_certs/02", "pss_certs/101", "pss_certs/103", "pss_certs/104", "pss_certs/105", "pss_certs/108",
        "pss_certs/112", *("nist/test" + number for number in NIST),
    ),
    (FLOOR, STRICT, "pkits", "4.1.4 Section1ValidDSASignaturesTest4"),
    (FLOOR, STRICT, "bssl-chain", "issuer-and-subject-not-byte-for-byte-equal/target"),
    (
        FLOOR,
        STRICT, "bssl-rev", "crl/good_issuer_name_normalization", "crl/good_no_nextupdate", "crl/good_fake_extension",
        "crl/good_idp_contains_uri", "crl/good_idp_onlycontainsusercerts", "crl/good_idp_onlycontainscacerts",
    ),
    (
        FLOOR,
        STRICT, "nss-nameconstraints", "server8 through intermediate4 intermediate3", "server17 through intermediate6",
    ),
    (
        "SHA-3 is in no profile's table, since libcrypto 3.0 has no ECDSA with it",
        STRICT, "openssl-verify", "ee-cert-ec-sha3-512 by root-cert through ca-cert-ec-named",
    ),
    (
        "an X25519 key signs nothing, so no handshake can use it",
        STRICT, "openssl-verify", "ee-ed25519 by root-ed25519 through",
    ),
    # --- what we refuse and the source accepts: anchors and usages ---
    (
        "an anchor's extended key usage and key usage restrict it as those of an intermediate do",
        STRICT, "bssl-chain", "root-eku-clientauth/serverauth", "root-lacks-keycertsign-key-usage/main",
    ),
    (
        "an anchor's extended key usage restricts it as that of an intermediate does",
        STRICT, "go-verify", "eku/03 valid, two EKUs, one path client",
    ),
    (
        "an anchor's dates hold, and an anchor that says that it is no authority issues nothing",
        STRICT, "bssl-chain", "expired-root/not-after", "expired-root/not-before", "root-basic-constraints-ca-false/main",
    ),
    (
        "under `anchors = profile` an anchor needs what an intermediate needs (RFC 5280 section 6.1.4 (k)), so basic"
        " constraints, too",
        STRICT, "bssl-chain", "root-lacks-basic-constraints/ta-with-constraints",
    ),
    (OTHER_PURPOSE, STRICT, "botan", "pss_certs/04"),
    (OTHER_PURPOSE, STRICT, "nss-nameconstraints", "ocsp1 through "),
    (
        BOTH_USAGES,
        STRICT, "go-verify", "policies/11 leaf_require intermediate root",
        "policies/without input: leaf intermediate_require root",
        "policies/without input: leaf_require1 intermediate_require1 root",
        "policies/without input: leaf_require intermediate_mapped root",
    ),
    (BOTH_USAGES, STRICT, "bssl-chain", "target-serverauth-various-keyusages/ec-decipherOnly"),
    (
        "OCSP No Check is for responders (RFC 6960 section 4.2.2.2.1): a critical one is not known in an end entity",
        STRICT, "openssl-verify", "ee-cert-ocsp-nocheck by root-cert through ca-cert",
    ),
    # --- what we refuse and the source accepts: names ---
    (
        "a dNSName constraint with a dot at its end, or that is a dot, is malformed: nothing can be compared with it, and then"
        " RFC 5280 section 4.2.1.10 demands a refusal",
        STRICT, "bssl-names", "nc/003 DNSNames", "nc/017 DNSNames", "nc/018 DNSNames", "nc/020 DNSNames", "nc/021 DNSNames",
        "nc/022 DNSNames", "nc/028 DNSNames", "nc/034 DNSNames", "nc/068 DNSNamesExcludeDot", "nc/069 DNSNamesExcludeDot",
        "nc/180 IsPermittedCertSubjectDnsNames",
    ),
    (
        "an empty dNSName is malformed, and cannot be compared with an excluded name",
        STRICT, "bssl-names", "nc/058 DNSNamesExcludeOnly",
    ),
    (
        "the attributes of an RDN are compared in their order, which DER makes the same except where string types differ",
        STRICT, "bssl-names", "name/ascii-PRINTABLESTRING-rdn_sorting_1 = ascii-PRINTABLESTRING-rdn_sorting_2",
        "name/ascii-mixed-rdn_dupetype_sorting_1 = ascii-mixed-rdn_dupetype_sorting_2",
    ),
    # --- what we refuse and the source accepts: CRLs and responses ---
    (
        "CRLs that cover some reasons alone are not combined (onlySomeReasons)",
        STRICT, "pkits", "4.14.18 Section14ValidonlySomeReasonsTest18", "4.14.19 Section14ValidonlySomeReasonsTest19",
    ),
    (
        "a valid indirect CRL revokes, and never shows that a certificate is good",
        STRICT, "pkits", "4.14.22 Section14ValidIDPwithindirectCRLTest22", "4.14.24 Section14ValidIDPwithindirectCRLTest24",
        "4.14.29 Section14ValidcRLIssuerTest29",
    ),
    (
        "a valid delta CRL does not lift what a complete CRL lists",
        STRICT, "pkits", "4.15.5 Section15ValiddeltaCRLTest5",
    ),
    (
        "a response without nextUpdate is never fresh enough for `required`",
        STRICT, "bssl-rev", "ocsp/good_response", "ocsp/good_response_sha256", "ocsp/ocsp_extra_certs", "ocsp/responder_id",
    ),
    (
        "no extension of a single response is known, so a critical one is refused",
        STRICT, "bssl-rev", "ocsp/has_critical_ct_extension",
    ),
    # --- what the source refuses, and has no verdict here ---
    ("an empty list of anchors is an error of the request", ERROR, "botan", "bsi/common_02"),
    (
        "a certificate that libcrypto cannot parse has no verdict",
        ERROR, "bssl-names",
        *equal_names("invalid-AttributeTypeAndValue-setNotSequence", "invalid-RDN-sequenceInsteadOfSet"),
    ),
    ("a certificate in BER has no verdict", ERROR, "bssl-sig", "parse/indefinite_length"),
    (
        "an anchor that no path can use is an error of the request",
        ERROR, "bssl-chain", "intermediate-eku-c2pamanifest/clientauth", "intermediate-eku-mlsclientauth/clientauth",
    ),
    (
        UNREADABLE_CRL,
        ERROR, "bssl-rev", "crl/invalid_mismatched_signature_algorithm", "crl/invalid_v1_with_extension",
        "crl/invalid_v1_with_crlentryextension", "crl/invalid_v3", "crl/invalid_garbage_version",
        "crl/invalid_garbage_thisupdate", "crl/invalid_garbage_after_thisupdate", "crl/invalid_garbage_signaturealgorithm",
        "crl/invalid_garbage_signaturevalue", "crl/invalid_garbage_after_revocationdate",
        "crl/invalid_garbage_after_crlentryextensions",
    ),
    (UNREADABLE_CRL, ERROR, "pkits", "4.4.4 Section4InvalidBadCRLSignatureTest4"),
)

OWN_SETTINGS = ALWAYS | listing(
    (
        "further extended key usages beside that of the purpose are allowed; the source has a stricter variant",
        LAX, "bssl-chain", "target-eku-many/clientauth-strict-leaf",
    ),
    (WRITTEN + "key identifiers", STRICT, "botan", "bsi/ext_03", "bsi/ext_09", "misc/v1ca"),
    (WRITTEN + "key identifiers", STRICT, "bssl-paths", "multi/TestBacktracking", "multi/TestCertIssuerOrdering reversed"),
    (WRITTEN + "key identifiers", STRICT, "gnutls-chains", "037 ecc cert ok"),
    (WRITTEN + "key identifiers", STRICT, "nss-nameconstraints", "dcissallowed through "),
    (WRITTEN + "UTCTime before 2050", STRICT, "gnutls-chains", "024 v1root ok", "041 name constraints: dns in permitted range"),
    (WRITTEN + "version 3", STRICT, "gnutls-chains", "026 v1 leaf ok"),
    (WRITTEN + "critical constraints on names", STRICT, "botan", "bsi/ext_16", "misc/name_constraint_ci"),
    (WRITTEN + "critical constraints on names", STRICT, "go-verify", "verify/MultipleConstraints"),
    (WRITTEN + "critical constraints on names", STRICT, "openssl-verify", "goodcn2-cert by root-cert through ncca1-cert"),
    (
        WRITTEN + "no leading dot in a dNSName constraint",
        STRICT, "bssl-names", "nc/047 DNSNamesPermittedWithLeadingDot", "nc/048 DNSNamesPermittedWithLeadingDot",
        "nc/051 DNSNamesExcludedWithLeadingDot",
    ),
    (WRITTEN + "positive serial numbers", STRICT, "go-verify", "verify/unnamed"),
    (
        WRITTEN + "no path length where a certificate is no authority",
        STRICT, "openssl-verify", "ee-pathlen by root-cert through ca-cert sslserver",
    ),
    (
        WRITTEN + "the parameters that RFC 4055 prescribes for RSASSA-PSS",
        STRICT, "botan", "misc/root_cert_time_check 2025",
    ),
    (
        WRITTEN + "critical basic constraints",
        STRICT, "bssl-chain", "intermediate-basic-constraints-not-critical/main",
    ),
    (WRITTEN + "critical basic constraints", STRICT, "pkits", "4.6.4 Section6ValidbasicConstraintsNotCriticalTest4"),
    (
        WRITTEN + "critical constraints on policies",
        STRICT, "pkits", "4.8.11 Section8AllCertificatesAnyPolicyTest11Subpart1",
        "4.10.13 Section10ValidPolicyMappingTest13Subpart1", "4.12.3 Section12inhibitAnyPolicyTest3Subpart1",
        "4.12.7 Section12ValidSelfIssuedinhibitAnyPolicyTest7", "4.12.9 Section12ValidSelfIssuedinhibitAnyPolicyTest9",
    ),
    (WRITTEN + "no unique identifiers", STRICT, "pkits", "4.3.6 Section3ValidNameChainingUIDsTest6"),
)

UNDER_COMPATIBLE = ALWAYS | listing(
    (NOT_JUDGED + "extensions before version 3", LAX, "botan", "bsi/ext_01", "bsi/ext_02"),
    (
        "constraints on names in an end entity constrain nothing (RFC 5280 section 6.1.4 is about issuers)",
        LAX, "botan", "bsi/ext_15",
    ),
    (
        NOT_JUDGED + "constraints on names that are empty constrain nothing",
        LAX, "bssl-names", "nc/176 FailsOnNoPermittedAndExcluded parse", "nc/177 FailsOnEmptyPermitted parse",
    ),
    (
        NOT_JUDGED + "parameters of RSA and ECDSA, versions, serial numbers, an odd name beside a good one",
        LAX, "bssl-sig", "sig/rsa-spki-non-null-params", "sig/rsa-key-params-absent", "sig/ecdsa-sig-params-null",
        "parse/subjectaltname_bad_ip", "parse/subjectaltname_dns_not_ascii", "parse/name_constraints_empty", "parse/tbs_v4",
        "parse/tbs_v1_extensions", "parse/serial_zero", "parse/serial_37_bytes",
    ),
    (NOT_JUDGED + "an anchor of version 1", LAX, "gnutls-chains", "023 v1root fail"),
    (
        NOT_JUDGED + "a path length where a certificate is no authority",
        LAX, "openssl-verify", "ee-pathlen by root-cert through ca-cert sslserver -x509_strict",
    ),
    (COMMON_NAME, LAX, "gnutls-chains", "046 name constraints: dns excluded range"),
    (COMMON_NAME, LAX, "nss-nameconstraints", "dcissblocked through "),
    (
        COMMON_NAME,
        LAX, "openssl-verify", "badalt6-cert by root-cert through ncca1-cert", "badalt7-cert by root-cert through ncca1-cert",
    ),
)

# The collected cases whose `want` a later issue brings, and what is missing for it.
CASES = {
    "purpose email": "issue 18, point 4: a question for another purpose than server and client",
    "purpose-email: S/MIME certificate": "issue 18, point 4: a question for another purpose than server and client",
    "purpose-email: the same, purpose client": "issue 18, point 4: a question for another purpose than server and client",
    "purpose-email: RDP EKU alone": "issue 18, point 4: a question for another purpose than server and client",
    "names: another name may stand for this host": "issue 18, point 1: `names` in a domain",
}
