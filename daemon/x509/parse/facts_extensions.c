/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/facts_internal.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/context_internal.h"

/*
 * status_request (RFC 6066 section 8): the TLS feature by which a certificate demands a stapled
 * OCSP response.
 */
#define FEATURE_STATUS_REQUEST 5

/*
 * A function that reads the value of one extension into the facts. Returns false if the value is
 * malformed.
 */
typedef bool read_fn(struct facts *facts, struct bytes value);

/*
 * Decodes all of `value`. Returns NULL if it cannot be decoded or something follows the decoded
 * part.
 */
static void *decode(struct bytes value, const ASN1_ITEM *item)
{
    const unsigned char *at = value.data;
    ASN1_VALUE *decoded = ASN1_item_d2i(NULL, &at, (long)value.len, item);

    if (decoded && at != value.data + value.len) {
        ASN1_item_free(decoded, item);
        return NULL;
    }
    return decoded;
}

/* Returns whether the value can be decoded. Used for extensions whose contents are not needed. */
static bool is_decodable(struct bytes value, const ASN1_ITEM *item)
{
    ASN1_VALUE *decoded = decode(value, item);

    ASN1_item_free(decoded, item);
    return decoded != NULL;
}

static bool read_basic(struct facts *facts, struct bytes value)
{
    BASIC_CONSTRAINTS *basic = decode(value, ASN1_ITEM_rptr(BASIC_CONSTRAINTS));
    int64_t pathlen = 0;
    bool good = basic != NULL;

    if (!basic)
        return false;
    facts->ca = basic->ca != 0;
    facts->pathlen_given = basic->pathlen != NULL;
    if (basic->pathlen) {
        good = ASN1_STRING_type(basic->pathlen) == V_ASN1_INTEGER;
        facts->pathlen = LONG_MAX;
        if (good && ASN1_INTEGER_get_int64(&pathlen, basic->pathlen) == 1 && pathlen < LONG_MAX)
            facts->pathlen = (long)pathlen;
    }
    BASIC_CONSTRAINTS_free(basic);
    return good;
}

static bool read_key_usage(struct facts *facts, struct bytes value)
{
    ASN1_BIT_STRING *bits = decode(value, ASN1_ITEM_rptr(ASN1_BIT_STRING));

    for (int i = 0; bits && i <= 8; i++)
        if (ASN1_BIT_STRING_get_bit(bits, i) == 1)
            facts->key_usage |= 1U << i;
    ASN1_BIT_STRING_free(bits);
    return bits != NULL;
}

static unsigned find_usage(const ASN1_OBJECT *object)
{
    static const struct {
        int nid;
        unsigned usage;
    } usages[] = {
        {NID_server_auth, USAGE_SERVER},      {NID_client_auth, USAGE_CLIENT},
        {NID_anyExtendedKeyUsage, USAGE_ANY}, {NID_OCSP_sign, USAGE_OCSP},
        {NID_email_protect, USAGE_EMAIL},     {NID_code_sign, USAGE_CODE},
        {NID_time_stamp, USAGE_TIME},         {NID_ct_precert_signer, USAGE_PRECERTIFICATE},
    };
    int nid = OBJ_obj2nid(object);

    for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++)
        if (usages[i].nid == nid)
            return usages[i].usage;
    return USAGE_OTHER;
}

static bool read_extended(struct facts *facts, struct bytes value)
{
    EXTENDED_KEY_USAGE *usages = decode(value, ASN1_ITEM_rptr(EXTENDED_KEY_USAGE));

    for (int i = 0; i < sk_ASN1_OBJECT_num(usages); i++)
        facts->usages |= find_usage(sk_ASN1_OBJECT_value(usages, i));
    EXTENDED_KEY_USAGE_free(usages);
    return usages != NULL;
}

static bool read_alternative(struct facts *facts, struct bytes value)
{
    facts->alternative = decode(value, ASN1_ITEM_rptr(GENERAL_NAMES));
    return facts->alternative != NULL;
}

static bool read_authority(struct facts *facts, struct bytes value)
{
    AUTHORITY_KEYID *authority = decode(value, ASN1_ITEM_rptr(AUTHORITY_KEYID));

    facts->authority_value = authority;
    if (!authority)
        return false;
    if (authority->keyid)
        facts->authority_key = bytes_of_string(authority->keyid);
    facts->authority_issuer = authority->issuer != NULL;
    facts->authority_serial = authority->serial != NULL;
    return true;
}

static bool read_subject_key(struct facts *facts, struct bytes value)
{
    facts->subject_key_value = decode(value, ASN1_ITEM_rptr(ASN1_OCTET_STRING));
    if (!facts->subject_key_value)
        return false;
    facts->subject_key = bytes_of_string(facts->subject_key_value);
    return true;
}

static bool read_constraints(struct facts *facts, struct bytes value)
{
    facts->constraints = decode(value, ASN1_ITEM_rptr(NAME_CONSTRAINTS));
    return facts->constraints != NULL;
}

/*
 * Returns whether the INTEGER has no more octets than it needs. With more, a known feature would
 * not be recognised.
 */
static bool is_minimal(struct bytes integer)
{
    return integer.len == 1 ||
           (integer.len > 1 && !(integer.data[0] == 0 && integer.data[1] < 0x80));
}

/* Reads a TLS feature extension, RFC 7633 section 4: a SEQUENCE OF INTEGER. */
static bool read_features(struct facts *facts, struct bytes value)
{
    struct bytes features, feature;

    if (!facts_take(&value, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, false, &features) || value.len != 0)
        return false;
    while (features.len > 0) {
        if (!facts_take(&features, V_ASN1_UNIVERSAL, V_ASN1_INTEGER, false, &feature) ||
            !is_minimal(feature))
            return false;
        if (feature.len == 1 && feature.data[0] == FEATURE_STATUS_REQUEST)
            facts->must_staple = true;
    }
    return true;
}

static bool has_unknown_qualifier(const POLICYINFO *policy)
{
    for (int i = 0; i < sk_POLICYQUALINFO_num(policy->qualifiers); i++) {
        int nid = OBJ_obj2nid(sk_POLICYQUALINFO_value(policy->qualifiers, i)->pqualid);

        if (nid != NID_id_qt_cps && nid != NID_id_qt_unotice)
            return true;
    }
    return false;
}

static bool is_repeated_policy(const CERTIFICATEPOLICIES *policies, int at)
{
    const POLICYINFO *policy = sk_POLICYINFO_value(policies, at);

    for (int i = 0; i < at; i++) {
        if (OBJ_cmp(sk_POLICYINFO_value(policies, i)->policyid, policy->policyid) == 0)
            return true;
    }
    return false;
}

/* The most policies of one certificate; each pair of them is compared. */
#define POLICIES_COUNT 256

/*
 * Returns whether the list follows RFC 5280 section 4.2.1.4: it has at least one policy, and none
 * twice.
 */
static bool is_policy_list(const CERTIFICATEPOLICIES *policies)
{
    int n = sk_POLICYINFO_num(policies);

    if (n < 1 || n > POLICIES_COUNT)
        return false;
    for (int i = 0; i < n; i++) {
        if (is_repeated_policy(policies, i))
            return false;
    }
    return true;
}

/*
 * Reads certificatePolicies. RFC 5280 section 4.2.1.4: if the extension is critical, the qualifiers
 * in it have to be understood too.
 */
static bool read_policies(struct facts *facts, struct bytes value)
{
    CERTIFICATEPOLICIES *policies = decode(value, ASN1_ITEM_rptr(CERTIFICATEPOLICIES));
    bool unknown = false, good = is_policy_list(policies);

    for (int i = 0; i < sk_POLICYINFO_num(policies); i++)
        unknown = unknown || has_unknown_qualifier(sk_POLICYINFO_value(policies, i));
    facts->n_unknown_critical += unknown && facts->policies.critical;
    CERTIFICATEPOLICIES_free(policies);
    return good;
}

/* Reads policyMappings. RFC 5280 section 4.2.1.5: there has to be at least one mapping. */
static bool read_mappings(struct facts *facts, struct bytes value)
{
    POLICY_MAPPINGS *mappings = decode(value, ASN1_ITEM_rptr(POLICY_MAPPINGS));
    bool good = sk_POLICY_MAPPING_num(mappings) > 0;

    for (int i = 0; i < sk_POLICY_MAPPING_num(mappings); i++) {
        const POLICY_MAPPING *mapping = sk_POLICY_MAPPING_value(mappings, i);

        if (OBJ_obj2nid(mapping->issuerDomainPolicy) == NID_any_policy ||
            OBJ_obj2nid(mapping->subjectDomainPolicy) == NID_any_policy)
            facts->any_policy_mapped = true;
    }
    sk_POLICY_MAPPING_pop_free(mappings, POLICY_MAPPING_free);
    return good;
}

static bool read_policy_constraints(struct facts *facts, struct bytes value)
{
    (void)facts;
    return is_decodable(value, ASN1_ITEM_rptr(POLICY_CONSTRAINTS));
}

static bool read_inhibit_any(struct facts *facts, struct bytes value)
{
    (void)facts;
    return is_decodable(value, ASN1_ITEM_rptr(ASN1_INTEGER));
}

/*
 * Checks authorityInfoAccess or subjectInfoAccess. RFC 5280 section 4.2.2: there has to be at least
 * one entry.
 */
static bool read_access(struct facts *facts, struct bytes value)
{
    AUTHORITY_INFO_ACCESS *access = decode(value, ASN1_ITEM_rptr(AUTHORITY_INFO_ACCESS));
    bool good = sk_ACCESS_DESCRIPTION_num(access) > 0;

    (void)facts;
    AUTHORITY_INFO_ACCESS_free(access);
    return good;
}

/* Checks cRLDistributionPoints. RFC 5280 section 4.2.1.13: there has to be at least one point. */
static bool read_points(struct facts *facts, struct bytes value)
{
    CRL_DIST_POINTS *points = decode(value, ASN1_ITEM_rptr(CRL_DIST_POINTS));
    bool good = sk_DIST_POINT_num(points) > 0;

    (void)facts;
    CRL_DIST_POINTS_free(points);
    return good;
}

#define STATE(member) offsetof(struct facts, member)
#define FAULT(name, what)                                                                          \
    {                                                                                              \
        name "-malformed", X509_V_ERR_INVALID_EXTENSION, what " does not decode"                   \
    }

/*
 * The extensions that are understood. Any other one counts in n_unknown_critical if it is critical.
 */
static const struct {
    int nid;
    size_t state;
    read_fn *read;
    struct facts_fault fault;
} extensions[] = {
    {NID_basic_constraints, STATE(basic), read_basic,
     FAULT("basic-constraints", "basicConstraints")},
    {NID_key_usage, STATE(key_usage_state), read_key_usage, FAULT("key-usage", "keyUsage")},
    {NID_ext_key_usage, STATE(extended), read_extended, FAULT("extended-key-usage", "extKeyUsage")},
    {NID_subject_alt_name, STATE(alternative_state), read_alternative,
     FAULT("alternative-name", "subjectAltName")},
    {NID_authority_key_identifier, STATE(authority), read_authority,
     FAULT("authority-key", "authorityKeyIdentifier")},
    {NID_subject_key_identifier, STATE(subject_key_state), read_subject_key,
     FAULT("subject-key", "subjectKeyIdentifier")},
    {NID_name_constraints, STATE(constraints_state), read_constraints,
     FAULT("name-constraints", "nameConstraints")},
    {NID_certificate_policies, STATE(policies), read_policies,
     FAULT("policies", "certificatePolicies")},
    {NID_policy_mappings, STATE(policy_mappings), read_mappings,
     FAULT("policy-mappings", "policyMappings")},
    {NID_policy_constraints, STATE(policy_constraints), read_policy_constraints,
     FAULT("policy-constraints", "policyConstraints")},
    {NID_inhibit_any_policy, STATE(inhibit_any), read_inhibit_any,
     FAULT("inhibit-any-policy", "inhibitAnyPolicy")},
    {NID_info_access, STATE(access), read_access, FAULT("authority-access", "authorityInfoAccess")},
    {NID_sinfo_access, STATE(subject_access), read_access,
     FAULT("subject-access", "subjectInfoAccess")},
    {NID_crl_distribution_points, STATE(points), read_points,
     FAULT("distribution-points", "cRLDistributionPoints")},
    {NID_tlsfeature, STATE(features), read_features, FAULT("tls-feature", "the TLS feature list")},
};

#define N_EXTENSIONS (sizeof(extensions) / sizeof(extensions[0]))

/*
 * Returns whether extension number `at` occurs earlier in the certificate, which RFC 5280 section
 * 4.2 forbids.
 */
static bool is_repeated(const X509 *certificate, int at)
{
    const ASN1_OBJECT *object = X509_EXTENSION_get_object(X509_get_ext(certificate, at));

    for (int i = 0; i < at; i++)
        if (OBJ_cmp(X509_EXTENSION_get_object(X509_get_ext(certificate, i)), object) == 0)
            return true;
    return false;
}

/*
 * Recognises noRevAvail (RFC 9608 section 2) by its OID, because libcrypto has a number for it only
 * since version 3.4.
 */
static bool is_no_rev_avail(X509_EXTENSION *extension)
{
    static const uint8_t oid[] = {0x55, 0x1d, 0x38};
    const ASN1_OBJECT *object = X509_EXTENSION_get_object(extension);

    return OBJ_length(object) == sizeof(oid) &&
           memcmp(OBJ_get0_data(object), oid, sizeof(oid)) == 0;
}

static int read_extension(struct facts *facts, X509_EXTENSION *extension)
{
    int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
    bool critical = X509_EXTENSION_get_critical(extension) != 0;
    struct bytes value;
    size_t i = 0;

    if (is_no_rev_avail(extension)) {
        facts->no_rev_avail_critical = critical;
        return 0;
    }
    while (i < N_EXTENSIONS && extensions[i].nid != nid)
        i++;
    if (i == N_EXTENSIONS) {
        facts->n_unknown_critical += critical;
        return 0;
    }
    *(struct extension_state *)((char *)facts + extensions[i].state) = (struct extension_state){
        .present = true, .critical = critical};
    value = bytes_of_string(X509_EXTENSION_get_data(extension));
    if (!extensions[i].read(facts, value)) {
        /* libcrypto 3.5 does not always report that memory ran out. So the extension is decoded a
         * second time; if that succeeds, the extension is not malformed and memory had run out. */
        int r = x509_error(FACTS_INVALID);

        if (r == FACTS_INVALID && extensions[i].read(facts, value))
            r = -ENOMEM;
        if (r == FACTS_INVALID)
            facts->fault = &extensions[i].fault;
        return x509_error(r);
    }
    return x509_error(0);
}

int facts_read_extensions(struct facts *facts, const X509 *certificate)
{
    static const struct facts_fault many = {"extensions-too-many", X509_V_ERR_INVALID_EXTENSION,
                                            "it has more extensions than any certificate needs"};
    static const struct facts_fault repeated = {"extension-repeated", X509_V_ERR_INVALID_EXTENSION,
                                                "the same extension is there twice"};
    int n = X509_get_ext_count(certificate);
    int r = 0;

    if (n > FACTS_EXTENSIONS_COUNT)
        return facts_refuse(facts, &many);
    for (int i = 0; i < n && !r; i++) {
        if (is_repeated(certificate, i))
            return facts_refuse(facts, &repeated);
        r = read_extension(facts, X509_get_ext(certificate, i));
    }
    return r;
}
