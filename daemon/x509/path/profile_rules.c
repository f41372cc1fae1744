/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/profile_internal.h"

#include <openssl/objects.h>
#include <openssl/x509_vfy.h>

/* RFC 5280 section 4.1.2.2. */
#define SERIAL_BYTES 20
/* The Baseline Requirements, section 6.1.5. */
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
    return facts->n_unknown_critical > 0;
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

/* The Baseline Requirements, section 7.1.3.2. */
static bool signature_algorithm(const struct facts *facts)
{
    static const int allowed[] = {
        NID_sha256WithRSAEncryption, NID_sha384WithRSAEncryption, NID_sha512WithRSAEncryption,
        NID_ecdsa_with_SHA256,       NID_ecdsa_with_SHA384,       NID_ecdsa_with_SHA512,
    };

    if (facts->signature_nid == NID_rsassaPss)
        return facts->digest_nid != NID_sha256 && facts->digest_nid != NID_sha384 &&
               facts->digest_nid != NID_sha512;
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        if (allowed[i] == facts->signature_nid)
            return false;
    return true;
}

/* --- CAs --- */

static bool basic_missing(const struct facts *facts)
{
    return !facts->basic.present;
}

static bool basic_noncritical(const struct facts *facts)
{
    return facts->basic.present && !facts->basic.critical;
}

static bool ca_unset(const struct facts *facts)
{
    return facts->basic.present && !facts->ca;
}

static bool ca_set(const struct facts *facts)
{
    return facts->ca;
}

static bool pathlen_stray(const struct facts *facts)
{
    return facts->pathlen_given && !facts->ca;
}

static bool key_usage_missing(const struct facts *facts)
{
    return !facts->key_usage_state.present;
}

static bool key_usage_empty(const struct facts *facts)
{
    return facts->key_usage_state.present && facts->key_usage == 0;
}

static bool cert_sign_unset(const struct facts *facts)
{
    return facts->key_usage_state.present && !(facts->key_usage & KEY_USAGE_CERT_SIGN);
}

static bool cert_sign_stray(const struct facts *facts)
{
    return facts->key_usage & KEY_USAGE_CERT_SIGN && !facts->ca;
}

/* A server's key signs, decrypts or agrees, depending on the key exchange. */
static bool key_usage_server(const struct facts *facts)
{
    return facts->key_usage_state.present &&
           !(facts->key_usage &
             (KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT | KEY_USAGE_KEY_AGREEMENT));
}

static bool key_usage_client(const struct facts *facts)
{
    return facts->key_usage_state.present &&
           !(facts->key_usage & (KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_AGREEMENT));
}

/* --- key identifiers --- */

static bool authority_critical(const struct facts *facts)
{
    return facts->authority.critical;
}

static bool authority_key_missing(const struct facts *facts)
{
    return !facts->authority_key.data;
}

/* Section 4.2.1.1 lets only self-signed certificates go without. */
static bool anchor_authority_key_missing(const struct facts *facts)
{
    return !facts->self_issued && !facts->authority_key.data;
}

static bool authority_half(const struct facts *facts)
{
    return facts->authority_issuer != facts->authority_serial;
}

/* The Baseline Requirements, section 7.1.2.1.3, on roots. */
static bool root_authority(const struct facts *facts)
{
    if (!facts->authority.present || !facts->self_issued)
        return false;
    return facts->authority_issuer || facts->authority_serial ||
           !bytes_equal(facts->authority_key, facts->subject_key);
}

static bool subject_key_critical(const struct facts *facts)
{
    return facts->subject_key_state.critical;
}

static bool subject_key_missing(const struct facts *facts)
{
    return !facts->subject_key_state.present;
}

/* --- usages --- */

static bool extended_missing(const struct facts *facts)
{
    return !facts->extended.present;
}

static bool extended_present(const struct facts *facts)
{
    return facts->extended.present;
}

static bool extended_critical(const struct facts *facts)
{
    return facts->extended.critical;
}

static bool extended_empty(const struct facts *facts)
{
    return facts->extended.present && facts->usages == 0;
}

static bool usage_server_missing(const struct facts *facts)
{
    return facts->extended.present && !(facts->usages & (USAGE_SERVER | USAGE_ANY));
}

static bool usage_client_missing(const struct facts *facts)
{
    return facts->extended.present && !(facts->usages & (USAGE_CLIENT | USAGE_ANY));
}

/* The Baseline Requirements, section 7.1.2.7.10. */
static bool usage_forbidden_server(const struct facts *facts)
{
    return facts->usages &
           (USAGE_ANY | USAGE_CODE | USAGE_EMAIL | USAGE_TIME | USAGE_OCSP | USAGE_PRECERTIFICATE);
}

static bool usage_any(const struct facts *facts)
{
    return facts->usages & USAGE_ANY;
}

/* --- names --- */

static bool alternative_missing(const struct facts *facts)
{
    return !facts->alternative_state.present;
}

static bool alternative_empty(const struct facts *facts)
{
    return facts->alternative_state.present && sk_GENERAL_NAME_num(facts->alternative) <= 0;
}

static bool alternative_noncritical(const struct facts *facts)
{
    return facts->subject_empty && !facts->alternative_state.critical;
}

static bool alternative_critical(const struct facts *facts)
{
    return !facts->subject_empty && facts->alternative_state.critical;
}

static bool constraints_stray(const struct facts *facts)
{
    return facts->constraints_state.present && !facts->ca;
}

static bool constraints_noncritical(const struct facts *facts)
{
    return facts->constraints_state.present && !facts->constraints_state.critical;
}

/* Section 4.2.1.10: neither an empty sequence nor empty lists. */
static bool constraints_empty(const struct facts *facts)
{
    const NAME_CONSTRAINTS *constraints = facts->constraints;

    if (!constraints)
        return false;
    return (!constraints->permittedSubtrees && !constraints->excludedSubtrees) ||
           sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees) == 0 ||
           sk_GENERAL_SUBTREE_num(constraints->excludedSubtrees) == 0;
}

/* --- policies and access --- */

static bool any_policy_mapped(const struct facts *facts)
{
    return facts->any_policy_mapped;
}

static bool policy_constraints_noncritical(const struct facts *facts)
{
    return facts->policy_constraints.present && !facts->policy_constraints.critical;
}

static bool inhibit_any_noncritical(const struct facts *facts)
{
    return facts->inhibit_any.present && !facts->inhibit_any.critical;
}

static bool access_critical(const struct facts *facts)
{
    return facts->access.critical || facts->subject_access.critical;
}

#define BOTH       (PROFILE_WEBPKI | PROFILE_RFC5280)
#define WEBPKI     PROFILE_WEBPKI
#define RFC5280    PROFILE_RFC5280
#define ANYBODY    (PURPOSE_SERVER | PURPOSE_CLIENT)
#define SERVER     PURPOSE_SERVER
#define CLIENT     PURPOSE_CLIENT
#define NO_CODE    X509_V_ERR_APPLICATION_VERIFICATION
#define EXTENSIONS X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION

/* clang-format off */
static const struct rule rules[] = {
    /* The certificate itself: RFC 5280 section 4.1. */
    {"version", NO_CODE, PLACE_ANY, BOTH, ANYBODY, version_other,
     "the certificate is not of version 3"},
    {"signature-algorithm-mismatch", NO_CODE, PLACE_ANY, BOTH, ANYBODY, signature_inconsistent,
     "the signature algorithm is not the one that was signed"},
    /* Anchors are exempt: some public roots have serial 0, and nothing refers to it. */
    {"serial-zero", NO_CODE, PLACE_LEAF | PLACE_INTERMEDIATE, BOTH, ANYBODY, serial_zero,
     "the serial number is zero"},
    {"serial-negative", NO_CODE, PLACE_ANY, BOTH, ANYBODY, serial_negative,
     "the serial number is negative"},
    {"serial-too-long", NO_CODE, PLACE_ANY, BOTH, ANYBODY, serial_long,
     "the serial number has more than 20 octets"},
    {"issuer-empty", X509_V_ERR_ISSUER_NAME_EMPTY, PLACE_ANY, BOTH, ANYBODY, issuer_empty,
     "the issuer has no name"},
    {"subject-empty", X509_V_ERR_SUBJECT_NAME_EMPTY, PLACE_CA, BOTH, ANYBODY, subject_empty,
     "the CA has no name"},
    /* A public root has it; it makes no date ambiguous. */
    {"validity-encoding", NO_CODE, PLACE_LEAF | PLACE_INTERMEDIATE, BOTH, ANYBODY, date_coding,
     "a date before 2050 is a GeneralizedTime"},
    {"unique-identifiers", NO_CODE, PLACE_ANY, BOTH, ANYBODY, unique_ids,
     "the certificate has a unique identifier of its issuer or subject"},
    {"unknown-critical-extension", EXTENSIONS, PLACE_EVERY, BOTH, ANYBODY, unknown_critical,
     "a critical extension is not known"},

    /* Keys and signatures: RFC 5480 section 2; the Baseline Requirements, sections 6.1 and 7.1.3.
     */
    {"key-explicit-parameters", X509_V_ERR_EC_KEY_EXPLICIT_PARAMS, PLACE_EVERY, BOTH, ANYBODY,
     key_explicit, "the curve of the key is not a named one"},
    {"key-compressed", NO_CODE, PLACE_EVERY, BOTH, ANYBODY, key_compressed,
     "the point of the key is not written in full"},
    {"key-algorithm", NO_CODE, PLACE_ANY, WEBPKI, ANYBODY, key_kind,
     "the key is neither RSA nor on an elliptic curve of the web's"},
    {"key-curve", NO_CODE, PLACE_ANY, WEBPKI, ANYBODY, key_curve,
     "the curve of the key is none of P-256, P-384 and P-521"},
    {"key-size", X509_V_ERR_EE_KEY_TOO_SMALL, PLACE_LEAF, WEBPKI, ANYBODY, key_size,
     "the RSA key has fewer than 2048 bits, or a number of them that eight does not divide"},
    {"key-size", X509_V_ERR_CA_KEY_TOO_SMALL, PLACE_CA, WEBPKI, ANYBODY, key_size,
     "the RSA key has fewer than 2048 bits, or a number of them that eight does not divide"},
    {"key-exponent", NO_CODE, PLACE_ANY, BOTH, ANYBODY, key_exponent,
     "the RSA key's exponent is even, below 3 or over 64 bits"},
    /* Nobody verifies an anchor's own signature: old roots have SHA-1 there. */
    {"signature-algorithm", X509_V_ERR_CA_MD_TOO_WEAK, PLACE_LEAF | PLACE_INTERMEDIATE, WEBPKI,
     ANYBODY, signature_algorithm, "the signature is neither RSA nor ECDSA with SHA-2"},

    /* CAs: RFC 5280 sections 4.2.1.3 and 4.2.1.9. */
    {"basic-constraints-missing", X509_V_ERR_INVALID_CA, PLACE_CA, BOTH, ANYBODY, basic_missing,
     "the CA has no basic constraints"},
    {"basic-constraints-not-critical", X509_V_ERR_CA_BCONS_NOT_CRITICAL, PLACE_CA, BOTH, ANYBODY,
     basic_noncritical, "the basic constraints of the CA are not critical"},
    {"not-a-ca", X509_V_ERR_INVALID_CA, PLACE_CA, BOTH, ANYBODY, ca_unset,
     "the certificate issues others but is not a CA's"},
    {"end-entity-is-ca", NO_CODE, PLACE_LEAF, WEBPKI, ANYBODY, ca_set,
     "the end entity's certificate is a CA's"},
    {"path-length-not-ca", X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA, PLACE_ANY, BOTH, ANYBODY,
     pathlen_stray, "there is a path length in a certificate that is not a CA's"},
    {"key-usage-missing", X509_V_ERR_CA_CERT_MISSING_KEY_USAGE, PLACE_INTERMEDIATE, BOTH, ANYBODY,
     key_usage_missing, "the CA has no key usage"},
    {"key-usage-empty", NO_CODE, PLACE_ANY, BOTH, ANYBODY, key_usage_empty,
     "the key usage allows nothing"},
    {"key-usage-cert-sign", X509_V_ERR_KEYUSAGE_NO_CERTSIGN, PLACE_CA, BOTH, ANYBODY,
     cert_sign_unset, "the key of the CA may not sign certificates"},
    {"key-usage-not-ca", X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA, PLACE_ANY, BOTH, ANYBODY,
     cert_sign_stray, "the key may sign certificates but is not a CA's"},
    {"key-usage-purpose", X509_V_ERR_INVALID_PURPOSE, PLACE_LEAF, WEBPKI, SERVER, key_usage_server,
     "the key may not be used for a server's handshake"},
    {"key-usage-purpose", X509_V_ERR_INVALID_PURPOSE, PLACE_LEAF, WEBPKI, CLIENT, key_usage_client,
     "the key may not be used for a client's handshake"},

    /* Key identifiers: RFC 5280 sections 4.2.1.1 and 4.2.1.2. */
    {"authority-key-critical", X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL, PLACE_ANY, BOTH,
     ANYBODY, authority_critical, "the authority key identifier is critical"},
    {"authority-key-missing", X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER,
     PLACE_LEAF | PLACE_INTERMEDIATE, BOTH, ANYBODY, authority_key_missing,
     "there is no identifier of the authority's key"},
    {"authority-key-missing", X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER, PLACE_ANCHOR, RFC5280,
     ANYBODY, anchor_authority_key_missing,
     "there is no identifier of the authority's key in an anchor that another CA issued"},
    {"authority-key-half", NO_CODE, PLACE_ANY, RFC5280, ANYBODY, authority_half,
     "the authority's issuer and serial number are not given both or neither"},
    {"authority-key-root", NO_CODE, PLACE_ANCHOR, WEBPKI, ANYBODY, root_authority,
     "the root's authority key identifier is not just its own subject key identifier"},
    {"subject-key-critical", X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL, PLACE_ANY, BOTH, ANYBODY,
     subject_key_critical, "the subject key identifier is critical"},
    {"subject-key-missing", X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER, PLACE_CA, BOTH, ANYBODY,
     subject_key_missing, "the CA has no subject key identifier"},

    /* Extended key usage: RFC 5280 section 4.2.1.12; the Baseline Requirements, section 7.1.2. */
    {"extended-key-usage-empty", X509_V_ERR_INVALID_PURPOSE, PLACE_ANY, BOTH, ANYBODY,
     extended_empty, "the extended key usage allows nothing"},
    {"extended-key-usage-missing", NO_CODE, PLACE_LEAF, WEBPKI, ANYBODY, extended_missing,
     "the end entity has no extended key usage"},
    {"extended-key-usage-critical", NO_CODE, PLACE_LEAF, WEBPKI, ANYBODY, extended_critical,
     "the extended key usage is critical"},
    {"extended-key-usage-root", NO_CODE, PLACE_ANCHOR, WEBPKI, ANYBODY, extended_present,
     "the root has an extended key usage"},
    {"purpose", X509_V_ERR_INVALID_PURPOSE, PLACE_LEAF | PLACE_INTERMEDIATE, BOTH, SERVER,
     usage_server_missing, "the extended key usage is not for servers"},
    {"purpose", X509_V_ERR_INVALID_PURPOSE, PLACE_LEAF | PLACE_INTERMEDIATE, BOTH, CLIENT,
     usage_client_missing, "the extended key usage is not for clients"},
    {"extended-key-usage-forbidden", NO_CODE, PLACE_LEAF, WEBPKI, SERVER, usage_forbidden_server,
     "the extended key usage has one that no server's may have"},
    {"extended-key-usage-forbidden", NO_CODE, PLACE_LEAF, WEBPKI, CLIENT, usage_any,
     "the extended key usage is for anything"},

    /* Names: RFC 5280 sections 4.1.2.6, 4.2.1.6 and 4.2.1.10; the Baseline Requirements, 7.1.4. */
    {"alternative-name-missing", NO_CODE, PLACE_LEAF, WEBPKI, SERVER, alternative_missing,
     "there is no subject alternative name"},
    {"alternative-name-empty", X509_V_ERR_EMPTY_SUBJECT_ALT_NAME, PLACE_ANY, BOTH, ANYBODY,
     alternative_empty, "the subject alternative name is empty"},
    {"alternative-name-not-critical", X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL, PLACE_LEAF, BOTH,
     ANYBODY, alternative_noncritical,
     "the subject is empty, and there is no critical subject alternative name"},
    {"alternative-name-critical", NO_CODE, PLACE_LEAF, WEBPKI, ANYBODY, alternative_critical,
     "the subject alternative name is critical although there is a subject"},
    {"dns-name-syntax", NO_CODE, PLACE_LEAF, BOTH, ANYBODY, profile_dns_bad,
     "a dNSName is not a domain name"},
    {"ip-address-length", NO_CODE, PLACE_LEAF, BOTH, ANYBODY, profile_ip_bad,
     "an iPAddress has neither 4 nor 16 octets"},
    {"common-name-copy", NO_CODE, PLACE_LEAF, WEBPKI, SERVER, profile_common_name_bad,
     "the common name is a host but no copy of one in the subject alternative name"},
    {"name-constraints-not-ca", NO_CODE, PLACE_ANY, BOTH, ANYBODY, constraints_stray,
     "there are name constraints in a certificate that is not a CA's"},
    {"name-constraints-empty", NO_CODE, PLACE_ANY, BOTH, ANYBODY, constraints_empty,
     "the name constraints are empty"},
    {"name-constraints-not-critical", NO_CODE, PLACE_CA, RFC5280, ANYBODY, constraints_noncritical,
     "the name constraints are not critical"},

    /* The rest: RFC 5280 sections 6.1.4 (a), 4.2.1.11, 4.2.1.14 and 4.2.2. */
    {"policy-mapping-any", X509_V_ERR_INVALID_POLICY_EXTENSION, PLACE_CA, BOTH, ANYBODY,
     any_policy_mapped, "a policy is mapped from or to any policy"},
    {"policy-constraints-not-critical", NO_CODE, PLACE_ANY, BOTH, ANYBODY,
     policy_constraints_noncritical, "the policy constraints are not critical"},
    {"inhibit-any-policy-not-critical", NO_CODE, PLACE_ANY, BOTH, ANYBODY, inhibit_any_noncritical,
     "inhibitAnyPolicy is not critical"},
    {"access-critical", NO_CODE, PLACE_ANY, BOTH, ANYBODY, access_critical,
     "the information access is critical"},
};
/* clang-format on */

const struct rule *profile_rules(size_t *np)
{
    *np = sizeof(rules) / sizeof(rules[0]);
    return rules;
}
