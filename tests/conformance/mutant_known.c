/* SPDX-License-Identifier: MIT */
#include "tests/conformance/mutant_known.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#define ANY_PROFILE (PROFILE_WEBPKI | PROFILE_RFC5280 | PROFILE_COMPATIBLE)
/* The profiles under which an end entity may also be an authority. */
#define AUTHORITY_AS_END_ENTITY (PROFILE_RFC5280 | PROFILE_COMPATIBLE)

static X509 *read_one(const struct mutant *mutant, size_t i)
{
    const unsigned char *at = mutant->der[i];

    return d2i_X509(NULL, &at, (long)mutant->len[i]);
}

/*
 * Returns whether a certificate has an authority key identifier that differs from its issuer's key
 * identifier.
 */
static bool has_unfit_key_identifier(const struct mutant *mutant)
{
    bool found = false;

    for (size_t i = 0; i < MUTANT_CHAIN && !found; i++) {
        X509 *subject = read_one(mutant, i);
        X509 *issuer = read_one(mutant, i < MUTANT_ROOT ? i + 1 : i);
        int error = subject && issuer ? X509_check_issued(issuer, subject) : X509_V_OK;

        found = error == X509_V_ERR_AKID_SKID_MISMATCH ||
                error == X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH;
        X509_free(subject);
        X509_free(issuer);
    }
    ERR_clear_error();
    return found;
}

static bool has_any_usage(const struct mutant *mutant)
{
    static const char oid[] = "\x06\x04\x55\x1d\x25";

    for (size_t i = 0; i < MUTANT_CHAIN; i++) {
        if (memmem(mutant->der[i], mutant->len[i], oid, sizeof(oid)))
            return true;
    }
    return false;
}

static bool has_key_usage_alone(const struct mutant *mutant)
{
    X509 *leaf = read_one(mutant, 0);
    bool alone = leaf && X509_get_ext_by_NID(leaf, NID_ext_key_usage, -1) < 0;

    X509_free(leaf);
    return alone;
}

static bool is_root_not_self_issued(const struct mutant *mutant)
{
    X509 *root = read_one(mutant, MUTANT_ROOT);
    bool differs = root &&
                   X509_NAME_cmp(X509_get_issuer_name(root), X509_get_subject_name(root)) != 0;

    X509_free(root);
    return differs;
}

static bool has_no_dns_name(const struct mutant *mutant)
{
    X509 *leaf = read_one(mutant, 0);
    GENERAL_NAMES *names = leaf ? X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL) : NULL;
    bool found = false;

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
        found = found || sk_GENERAL_NAME_value(names, i)->type == GEN_DNS;
    GENERAL_NAMES_free(names);
    X509_free(leaf);
    return !found;
}

static const char unfit[] =
    "RFC 5280 section 6.1 does not look at key identifiers: they only choose among candidates";
static const char end_entity[] =
    "the rule is about certificates that issue others, and the end entity of a path does not";
static const char how_written[] = "the rule is about how an authority writes a certificate, which "
                                  "RFC 5280 section 6.1 does not look at";

const struct mutant_known mutant_known[] = {
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, MUTANT_AT_ANY, ANY_PROFILE,
     has_unfit_key_identifier, unfit},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, MUTANT_AT_END_ENTITY, ANY_PROFILE,
     has_unfit_key_identifier, unfit},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, MUTANT_AT_ROOT, ANY_PROFILE, is_root_not_self_issued,
     "an anchor is trusted whether it is self-signed or not"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, MUTANT_AT_ROOT, ANY_PROFILE, has_unfit_key_identifier,
     unfit},
    {X509_V_ERR_INVALID_PURPOSE, MUTANT_AT_ANY, ANY_PROFILE, has_any_usage,
     "anyExtendedKeyUsage allows every purpose (RFC 5280 section 4.2.1.12)"},
    {X509_V_ERR_INVALID_PURPOSE, MUTANT_AT_END_ENTITY, AUTHORITY_AS_END_ENTITY, has_key_usage_alone,
     "a key usage decides about the purpose only beside an extended key usage (RFC 5280 section "
     "4.2.1.12)"},
    {X509_V_ERR_PERMITTED_VIOLATION, MUTANT_AT_END_ENTITY, ANY_PROFILE, has_no_dns_name,
     "libcrypto takes a common name for a dNSName, and nobody asked for a host here"},
    {X509_V_ERR_UNSPECIFIED, MUTANT_AT_END_ENTITY, ANY_PROFILE, has_no_dns_name,
     "libcrypto takes a common name for a dNSName, and cannot read one of an unknown type"},
    {X509_V_ERR_CA_CERT_MISSING_KEY_USAGE, MUTANT_AT_ROOT, ANY_PROFILE, NULL,
     "an anchor without a key usage may issue: roots of the time before RFC 5280 have none"},
    {X509_V_ERR_INVALID_CA, MUTANT_AT_END_ENTITY, PROFILE_COMPATIBLE, NULL, end_entity},
    {X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN, MUTANT_AT_END_ENTITY, AUTHORITY_AS_END_ENTITY,
     NULL, end_entity},
    {X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA, MUTANT_AT_END_ENTITY, PROFILE_COMPATIBLE, NULL,
     end_entity},
    {X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA, MUTANT_AT_END_ENTITY, PROFILE_COMPATIBLE, NULL,
     end_entity},
    {X509_V_ERR_CA_BCONS_NOT_CRITICAL, MUTANT_AT_END_ENTITY, AUTHORITY_AS_END_ENTITY, NULL,
     end_entity},
    {X509_V_ERR_CA_CERT_MISSING_KEY_USAGE, MUTANT_AT_END_ENTITY, AUTHORITY_AS_END_ENTITY, NULL,
     end_entity},
    {X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER, MUTANT_AT_END_ENTITY, PROFILE_RFC5280, NULL,
     end_entity},
    {X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER, MUTANT_AT_ANY, PROFILE_COMPATIBLE, NULL,
     how_written},
    {X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER, MUTANT_AT_ANY, PROFILE_COMPATIBLE, NULL,
     how_written},
    {X509_V_ERR_CA_BCONS_NOT_CRITICAL, MUTANT_AT_ANY, PROFILE_COMPATIBLE, NULL, how_written},
    {X509_V_ERR_CA_CERT_MISSING_KEY_USAGE, MUTANT_AT_ANY, PROFILE_COMPATIBLE, NULL, how_written},
    {X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN, MUTANT_AT_ANY, PROFILE_COMPATIBLE, NULL,
     how_written},
    {X509_V_ERR_ISSUER_NAME_EMPTY, MUTANT_AT_ANY, PROFILE_COMPATIBLE, NULL, how_written},
    {X509_V_ERR_SUBJECT_NAME_EMPTY, MUTANT_AT_ANY, PROFILE_COMPATIBLE, NULL, how_written},
    {X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL, MUTANT_AT_ANY, PROFILE_COMPATIBLE, NULL,
     how_written},
    {X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3, MUTANT_AT_ANY, PROFILE_COMPATIBLE, NULL, how_written},
};

const size_t n_mutant_known = sizeof(mutant_known) / sizeof(mutant_known[0]);

size_t mutant_known_find(const struct mutant *mutant, enum profile profile, int error,
                         unsigned depth)
{
    size_t i = 0;

    while (i < n_mutant_known) {
        const struct mutant_known *known = &mutant_known[i];

        if (known->error == error && (known->profiles & profile) && (known->depths & 1u << depth) &&
            (!known->applies || known->applies(mutant)))
            break;
        i++;
    }
    return i;
}
