/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/profile_internal.h"

#include <openssl/objects.h>
#include <openssl/x509_vfy.h>

/* The most octets of a serial number, RFC 5280 section 4.1.2.2. */
#define SERIAL_BYTES 20
/* The least bits of an RSA key, section 6.1.5 of the Baseline Requirements. */
#define RSA_BITS 2048

/* Each predicate returns whether its rule is broken. Facts of an absent extension are zero. */

static bool version_other(const struct facts *facts)
{
    return facts->version != 3;
}

static bool signature_inconsistent(const struct facts *facts)
{
    return !facts->signature_consistent;
}

static bool serial_zero(const struct facts *facts)
{
    return facts->serial_zero;
}

static bool serial_negative(const struct facts *facts)
{
    return facts->serial_negative;
}

static bool serial_long(const struct facts *facts)
{
    return facts->serial.len > SERIAL_BYTES;
}

static bool date_coding(const struct facts *facts)
{
    return !facts->from.well_coded || !facts->until.well_coded;
}

static bool unique_ids(const struct facts *facts)
{
    return facts->unique_ids;
}

static bool issuer_empty(const struct facts *facts)
{
    return facts->issuer_empty;
}

static bool subject_empty(const struct facts *facts)
{
    return facts->subject_empty;
}

static bool unknown_critical(const struct facts *facts)
{
    /* noRevAvail must not be in the certificate of an authority (RFC 9608 section 3). */
    return facts->n_unknown_critical > 0 || (facts->no_rev_avail_critical && facts->ca);
}

/* --- keys and signatures --- */

static bool key_explicit(const struct facts *facts)
{
    return facts->key_explicit;
}

static bool key_compressed(const struct facts *facts)
{
    return facts->key_compressed;
}

static bool key_kind(const struct facts *facts)
{
    return facts->key_kind != KEY_RSA && facts->key_kind != KEY_EC;
}

static bool key_curve(const struct facts *facts)
{
    return facts->key_kind == KEY_EC && facts->key_curve != NID_X9_62_prime256v1 &&
           facts->key_curve != NID_secp384r1 && facts->key_curve != NID_secp521r1;
}

static bool key_size(const struct facts *facts)
{
    return facts->key_kind == KEY_RSA && (facts->key_bits < RSA_BITS || facts->key_bits % 8 != 0);
}

static bool key_exponent(const struct facts *facts)
{
    return facts->key_exponent_bad;
}

static bool is_sha2(int digest)
{
    return digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512;
}

/*
 * The Baseline Requirements, section 7.1.3.2: with RSASSA-PSS, MGF1 uses the same digest, and the
 * salt is as long as the digest.
 */
static bool signature_algorithm(const struct facts *facts)
{
    if (facts->signature_kind == KEY_RSA_PSS)
        return !is_sha2(facts->digest_nid) || !facts->pss_regular;
    return (facts->signature_kind != KEY_RSA && facts->signature_kind != KEY_EC) ||
           !is_sha2(facts->digest_nid);
}

/* RFC 4055 sections 1.2 and 5 demand NULL with RSA, RFC 5758 section 3.2 no parameters with ECDSA.
 */
static bool signature_parameters(const struct facts *facts)
{
    return (facts->signature_kind == KEY_RSA && facts->signature_parameters != PARAMETERS_NULL) ||
           (facts->signature_kind == KEY_EC && facts->signature_parameters != PARAMETERS_ABSENT);
}

static bool key_parameters(const struct facts *facts)
{
    return facts->key_kind == KEY_RSA && facts->key_parameters != PARAMETERS_NULL;
}

/*
 * Returns whether the key has less than 112 bits of security or is of a kind that is not accepted.
 * `curves` are those with 112 bits or more.
 */
static bool key_weak(const struct facts *facts)
{
    static const int curves[] = {
        NID_secp224r1,       NID_X9_62_prime256v1, NID_secp384r1,       NID_secp521r1,
        NID_secp256k1,       NID_brainpoolP224r1,  NID_brainpoolP256r1, NID_brainpoolP320r1,
        NID_brainpoolP384r1, NID_brainpoolP512r1,  NID_brainpoolP256t1, NID_brainpoolP384t1,
        NID_brainpoolP512t1, NID_sect233k1,        NID_sect233r1,       NID_sect283k1,
        NID_sect283r1,       NID_sect409k1,        NID_sect409r1,       NID_sect571k1,
        NID_sect571r1,
    };

    if (facts->key_kind == KEY_RSA || facts->key_kind == KEY_RSA_PSS)
        return facts->key_bits < RSA_BITS;
    if (facts->key_explicit)
        return false; /* the rule key-explicit-parameters refuses this key */
    if (facts->key_kind != KEY_EC)
        return facts->key_kind != KEY_ED25519 && facts->key_kind != KEY_ED448;
    for (size_t i = 0; i < sizeof(curves) / sizeof(*curves); i++) {
        if (curves[i] == facts->key_curve)
            return false;
    }
    return true;
}

static bool signature_weak(const struct facts *facts)
{
    if (facts->signature_kind == KEY_ED25519 || facts->signature_kind == KEY_ED448)
        return false;
    return !is_sha2(facts->digest_nid) && facts->digest_nid != NID_sha224;
}

/* clang-format off */
static const struct rule rules[] = {
    /* The certificate itself: RFC 5280 section 4.1. */
    {"version", NO_CODE, PLACE_ANY, STRICT, ANYBODY, version_other,
     "the certificate is not of version 3"},
    {"signature-algorithm-mismatch", NO_CODE, PLACE_ANY, EVERY, ANYBODY, signature_inconsistent,
     "the signature algorithm is not the one that was signed"},
    /* Anchors are exempt: some public roots have the serial number 0, and nothing refers to it. */
    {"serial-zero", NO_CODE, PLACE_LEAF | PLACE_INTERMEDIATE, STRICT, ANYBODY, serial_zero,
     "the serial number is zero"},
    {"serial-negative", NO_CODE, PLACE_ANY, STRICT, ANYBODY, serial_negative,
     "the serial number is negative"},
    {"serial-too-long", NO_CODE, PLACE_ANY, STRICT, ANYBODY, serial_long,
     "the serial number has more than 20 octets"},
    {"issuer-empty", X509_V_ERR_ISSUER_NAME_EMPTY, PLACE_ANY, STRICT, ANYBODY, issuer_empty,
     "the issuer has no name"},
    {"subject-empty", X509_V_ERR_SUBJECT_NAME_EMPTY, PLACE_CA, STRICT, ANYBODY, subject_empty,
     "the CA has no name"},
    /* Anchors are exempt: a public root has such a date, and no date becomes ambiguous by it. */
    {"validity-encoding", NO_CODE, PLACE_LEAF | PLACE_INTERMEDIATE, STRICT, ANYBODY, date_coding,
     "a date before 2050 is a GeneralizedTime"},
    {"unique-identifiers", NO_CODE, PLACE_ANY, STRICT, ANYBODY, unique_ids,
     "the certificate has a unique identifier of its issuer or subject"},
    {"unknown-critical-extension", EXTENSIONS, PLACE_EVERY, EVERY, ANYBODY, unknown_critical,
     "a critical extension is not known"},

    /* Keys and signatures: RFC 5480 section 2; the Baseline Requirements, sections 6.1 and 7.1.3.
     */
    {"key-explicit-parameters", X509_V_ERR_EC_KEY_EXPLICIT_PARAMS, PLACE_EVERY, EVERY, ANYBODY,
     key_explicit, "the curve of the key is not a named one"},
    {"key-compressed", NO_CODE, PLACE_EVERY, EVERY, ANYBODY, key_compressed,
     "the point of the key is not written in full"},
    {"key-algorithm", NO_CODE, PLACE_ANY, WEBPKI, ANYBODY, key_kind,
     "the key is neither RSA nor on an elliptic curve of the web's"},
    {"key-curve", NO_CODE, PLACE_ANY, WEBPKI, ANYBODY, key_curve,
     "the curve of the key is none of P-256, P-384 and P-521"},
    {"key-size", X509_V_ERR_EE_KEY_TOO_SMALL, PLACE_LEAF, WEBPKI, ANYBODY, key_size,
     "the RSA key has fewer than 2048 bits, or a number of them that eight does not divide"},
    {"key-size", X509_V_ERR_CA_KEY_TOO_SMALL, PLACE_CA, WEBPKI, ANYBODY, key_size,
     "the RSA key has fewer than 2048 bits, or a number of them that eight does not divide"},
    {"key-exponent", NO_CODE, PLACE_ANY, EVERY, ANYBODY, key_exponent,
     "the RSA key's exponent is even, below 3 or over 64 bits"},
    /* Anchors are exempt: their own signature is not verified (RFC 5280 section 6.1), and in old
     * roots it uses SHA-1. */
    {"signature-algorithm", X509_V_ERR_CA_MD_TOO_WEAK, PLACE_LEAF | PLACE_INTERMEDIATE, WEBPKI,
     ANYBODY, signature_algorithm,
     "the signature is neither RSA nor ECDSA with SHA-2, or its RSASSA-PSS parameters are unusual"},
    {"signature-parameters", NO_CODE, PLACE_LEAF | PLACE_INTERMEDIATE, STRICT, ANYBODY,
     signature_parameters, "the parameters of the signature algorithm are not the prescribed ones"},
    {"key-parameters", NO_CODE, PLACE_LEAF | PLACE_INTERMEDIATE, STRICT, ANYBODY, key_parameters,
     "the parameters of the RSA key are not NULL"},

    /* The floor of 112 bits of security, and the algorithms that are accepted at all, for the
     * profiles rfc5280 and compatible. The rules of webpki above are stricter. */
    {"key-too-weak", X509_V_ERR_EE_KEY_TOO_SMALL, PLACE_LEAF | PLACE_DIRECT, RFC5280 | COMPATIBLE, ANYBODY, key_weak,
     "the key has less than 112 bits of security, or is of a kind that is not accepted"},
    {"key-too-weak", X509_V_ERR_CA_KEY_TOO_SMALL, PLACE_CA | PLACE_ANCHOR_ALWAYS, RFC5280 | COMPATIBLE, ANYBODY,
     key_weak, "the key has less than 112 bits of security, or is of a kind that is not accepted"},
    {"signature-too-weak", X509_V_ERR_CA_MD_TOO_WEAK, PLACE_LEAF | PLACE_INTERMEDIATE, RFC5280 | COMPATIBLE,
     ANYBODY, signature_weak, "the signature has no digest of the SHA-2 family"},
};
/* clang-format on */

struct rule_table profile_rules_certificate(void)
{
    return (struct rule_table){.rules = rules, .n = sizeof(rules) / sizeof(*rules)};
}
