/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/profile_internal.h"

#include <openssl/x509_vfy.h>

/* Each predicate returns whether its rule is broken. Facts of an absent extension are zero. */

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

/* A server's key has to sign, encrypt keys or agree on keys, depending on the key exchange. */
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

static bool both_usages_server(const struct facts *facts)
{
    return facts->extended.present && key_usage_server(facts);
}

static bool both_usages_client(const struct facts *facts)
{
    return facts->extended.present && key_usage_client(facts);
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

/* RFC 5280 section 4.2.1.1 lets only self-signed certificates omit the identifier. */
static bool anchor_authority_key_missing(const struct facts *facts)
{
    return !facts->self_issued && !facts->authority_key.data;
}

static bool authority_half(const struct facts *facts)
{
    return facts->authority_issuer != facts->authority_serial;
}

/*
 * The Baseline Requirements, section 7.1.2.1.3: a root's authority key identifier may only repeat
 * its subject key identifier.
 */
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

/* clang-format off */
static const struct rule rules[] = {
    /* CAs: RFC 5280 sections 4.2.1.3 and 4.2.1.9. */
    {"basic-constraints-missing", X509_V_ERR_INVALID_CA, PLACE_CA, EVERY, ANYBODY, basic_missing,
     "the CA has no basic constraints"},
    {"basic-constraints-not-critical", X509_V_ERR_CA_BCONS_NOT_CRITICAL, PLACE_CA, STRICT, ANYBODY,
     basic_noncritical, "the basic constraints of the CA are not critical"},
    {"not-a-ca", X509_V_ERR_INVALID_CA, PLACE_CA, EVERY, ANYBODY, ca_unset,
     "the certificate issues others but is not a CA's"},
    {"end-entity-is-ca", NO_CODE, PLACE_LEAF, WEBPKI, ANYBODY, ca_set,
     "the end entity's certificate is a CA's"},
    {"path-length-not-ca", X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA, PLACE_ANY, STRICT, ANYBODY,
     pathlen_stray, "there is a path length in a certificate that is not a CA's"},
    {"key-usage-missing", X509_V_ERR_CA_CERT_MISSING_KEY_USAGE, PLACE_INTERMEDIATE, STRICT, ANYBODY,
     key_usage_missing, "the CA has no key usage"},
    {"key-usage-empty", NO_CODE, PLACE_ANY, STRICT, ANYBODY, key_usage_empty,
     "the key usage allows nothing"},
    /* This rule applies to every anchor: one whose own key usage forbids it does not issue
     * certificates. */
    {"key-usage-cert-sign", X509_V_ERR_KEYUSAGE_NO_CERTSIGN, PLACE_CA | PLACE_ANCHOR_ALWAYS, EVERY,
     ANYBODY, cert_sign_unset, "the key of the CA may not sign certificates"},
    {"key-usage-not-ca", X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA, PLACE_ANY, STRICT, ANYBODY,
     cert_sign_stray, "the key may sign certificates but is not a CA's"},
    {"key-usage-purpose", X509_V_ERR_INVALID_PURPOSE, PLACE_LEAF, WEBPKI, SERVER, key_usage_server,
     "the key may not be used for a server's handshake"},
    {"key-usage-purpose", X509_V_ERR_INVALID_PURPOSE, PLACE_LEAF, WEBPKI, CLIENT, key_usage_client,
     "the key may not be used for a client's handshake"},
    /* RFC 5280 section 4.2.1.12: if there is an extended key usage too, both have to allow the
     * purpose. */
    {"key-usage-purpose", X509_V_ERR_INVALID_PURPOSE, PLACE_LEAF | PLACE_DIRECT, RFC5280 | COMPATIBLE, SERVER,
     both_usages_server, "the key may not be used for a server's handshake"},
    {"key-usage-purpose", X509_V_ERR_INVALID_PURPOSE, PLACE_LEAF | PLACE_DIRECT, RFC5280 | COMPATIBLE, CLIENT,
     both_usages_client, "the key may not be used for a client's handshake"},

    /* Key identifiers: RFC 5280 sections 4.2.1.1 and 4.2.1.2. */
    {"authority-key-critical", X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL, PLACE_ANY, STRICT,
     ANYBODY, authority_critical, "the authority key identifier is critical"},
    {"authority-key-missing", X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER,
     PLACE_LEAF | PLACE_INTERMEDIATE, STRICT, ANYBODY, authority_key_missing,
     "there is no identifier of the authority's key"},
    {"authority-key-missing", X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER, PLACE_ANCHOR, RFC5280,
     ANYBODY, anchor_authority_key_missing,
     "there is no identifier of the authority's key in an anchor that another CA issued"},
    {"authority-key-half", NO_CODE, PLACE_ANY, RFC5280, ANYBODY, authority_half,
     "the authority's issuer and serial number are not given both or neither"},
    {"authority-key-root", NO_CODE, PLACE_ANCHOR, WEBPKI, ANYBODY, root_authority,
     "the root's authority key identifier is not just its own subject key identifier"},
    {"subject-key-critical", X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL, PLACE_ANY, STRICT, ANYBODY,
     subject_key_critical, "the subject key identifier is critical"},
    {"subject-key-missing", X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER, PLACE_CA, STRICT, ANYBODY,
     subject_key_missing, "the CA has no subject key identifier"},
};
/* clang-format on */

struct rule_table profile_rules_authority(void)
{
    return (struct rule_table){.rules = rules, .n = sizeof(rules) / sizeof(*rules)};
}
