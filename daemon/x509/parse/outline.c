/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/outline.h"

#include <string.h>

#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/parse/moment.h"
#include "daemon/x509/parse/path_limits.h"

/* Identifier octets of the optional fields of a TBSCertificate. */
#define TAG_VERSION    0xa0
#define TAG_ISSUER_ID  0x81
#define TAG_SUBJECT_ID 0x82
#define TAG_EXTENSIONS 0xa3

/* The OID id-ce (2.5.29), to which an extension's own number is added. */
static const uint8_t id_ce[] = {0x55, 0x1d};
#define ARC_SUBJECT_KEY        14
#define ARC_POINTS             31
#define ARC_AUTHORITY_KEY      35
#define ARC_POLICY_CONSTRAINTS 36
#define ARC_FRESHEST           46

/*
 * An estimate of the memory for a parsed certificate, measured with libcrypto 3.0 and 3.5: a basic
 * amount, a few copies of its DER, and for each DER value in it the structures of two decoded
 * copies of an extension.
 */
#define PARSED_BYTES       8192
#define PARSED_COPIES      4
#define PARSED_VALUE_BYTES 224

static const struct {
    const char *code;
    const char *text;
    bool is_size;
} faults[OUTLINE_FAULTS_COUNT] = {
    [OUTLINE_INVALID] = {"certificate-malformed", "is not one certificate in DER", false},
    [OUTLINE_TOO_LARGE] = {"certificate-too-large", "is over 32 KiB", true},
    [OUTLINE_NAME] = {"certificate-name-too-large", "has a name over 1 KiB", true},
    [OUTLINE_POINTS] = {"certificate-too-complex", "has over 32 CRL distribution points", true},
    [OUTLINE_EXTENSIONS] = {"certificate-too-complex", "has over 64 extensions", true},
    [OUTLINE_NESTING] = {"certificate-too-complex", "has over 24 values within each other", true},
    [OUTLINE_EXTENSION] = {"extension-malformed", "has an extension that is not in DER", false},
    [OUTLINE_OID] = {"certificate-too-complex", "has an object identifier over 128 bytes", true},
    [OUTLINE_VALUES] = {"certificate-too-complex", "holds over 8,192 values", true},
    [OUTLINE_RSA_SIZE] = {"key-too-large", "has an RSA key over 8,192 bits", true},
    [OUTLINE_RSA_EXPONENT] = {"key-too-large", "has an RSA exponent over 64 bits", true},
    [OUTLINE_CURVE] = {"key-explicit-curve", "has an EC key without a named curve", false},
    [OUTLINE_POINT] = {"key-compressed-point", "has an EC key that is no uncompressed point",
                       false},
};

static int from_walk(enum der_walk walk)
{
    switch (walk) {
    case DER_WALK_OK:
        return 0;
    case DER_WALK_NESTING:
        return OUTLINE_NESTING;
    case DER_WALK_OID:
        return OUTLINE_OID;
    case DER_WALK_VALUES:
        return OUTLINE_VALUES;
    default:
        return OUTLINE_INVALID;
    }
}

static int read_name(struct bytes *namep, uint64_t *hashp, struct bytes *rest)
{
    struct der name;

    if (!der_take_tag(rest, DER_SEQUENCE, &name))
        return OUTLINE_INVALID;
    if (name.whole.len > PATH_NAME_BYTES)
        return OUTLINE_NAME;
    *namep = name.whole;
    *hashp = distinguished_hash(name.whole);
    return 0;
}

/*
 * Reads the subject. If it has the same bytes as the issuer, as in a self-signed certificate, the
 * issuer's hash is used instead of computing it again.
 */
static int read_subject(struct outline *outline, struct bytes *rest)
{
    struct bytes at = *rest;
    struct der name;

    if (!der_take_tag(&at, DER_SEQUENCE, &name) || !bytes_equal(name.whole, outline->issuer))
        return read_name(&outline->subject, &outline->subject_hash, rest);
    *rest = at;
    outline->subject = name.whole;
    outline->subject_hash = outline->issuer_hash;
    return 0;
}

static int read_validity(struct outline *outline, struct bytes *rest)
{
    struct der validity, from, until;

    if (!der_take_tag(rest, DER_SEQUENCE, &validity) || !der_take(&validity.content, &from) ||
        !der_take(&validity.content, &until) || validity.content.len > 0 ||
        !moment_read(&outline->from, &from) || !moment_read(&outline->until, &until))
        return OUTLINE_INVALID;
    return 0;
}

/* Returns the number of bits of an INTEGER. A negative one counts as all bits of its octets. */
static size_t count_bits(struct bytes content)
{
    size_t n;

    while (content.len > 1 && *content.data == 0) {
        content.data++;
        content.len--;
    }
    n = content.len * 8;
    for (unsigned bit = 0x80; content.len > 0 && bit > 0 && !(*content.data & bit); bit >>= 1)
        n--;
    return n;
}

/*
 * Checks the sizes of an RSAPublicKey, RFC 8017 appendix A.1.1. Returns 0 or an enum outline_fault.
 */
static int check_rsa(struct bytes key)
{
    struct der sequence, modulus, exponent;

    if (!der_take_tag(&key, DER_SEQUENCE, &sequence) ||
        !der_take_tag(&sequence.content, DER_INTEGER, &modulus) ||
        !der_take_tag(&sequence.content, DER_INTEGER, &exponent))
        return OUTLINE_INVALID;
    if (count_bits(modulus.content) > PATH_RSA_BITS)
        return OUTLINE_RSA_SIZE;
    return count_bits(exponent.content) > PATH_RSA_EXPONENT_BITS ? OUTLINE_RSA_EXPONENT : 0;
}

/*
 * Checks an EC key: RFC 5480 section 2.1.1 demands a named curve, section 2.2 an uncompressed
 * point. Returns 0 or an enum outline_fault.
 */
static int check_ec(struct bytes parameters, struct bytes key)
{
    struct der curve;

    if (!der_take_tag(&parameters, DER_OID, &curve))
        return OUTLINE_CURVE;
    return key.len == 0 || *key.data != 0x04 ? OUTLINE_POINT : 0;
}

static bool is_oid(const struct der *oid, const uint8_t *bytes, size_t len)
{
    return oid->content.len == len && memcmp(oid->content.data, bytes, len) == 0;
}

static int check_key(const struct der *algorithm, struct bytes parameters, struct bytes key)
{
    static const uint8_t rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
    static const uint8_t rsa_pss[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a};
    static const uint8_t ec[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};

    if (is_oid(algorithm, rsa, sizeof(rsa)) || is_oid(algorithm, rsa_pss, sizeof(rsa_pss)))
        return check_rsa(key);
    if (is_oid(algorithm, ec, sizeof(ec)))
        return check_ec(parameters, key);
    return 0;
}

static int read_key(struct outline *outline, struct bytes *rest)
{
    struct der spki, identifier, algorithm, bits;
    struct bytes key;

    if (!der_take_tag(rest, DER_SEQUENCE, &spki))
        return OUTLINE_INVALID;
    outline->spki = spki.whole;
    if (!der_take_tag(&spki.content, DER_SEQUENCE, &identifier) ||
        !der_take_tag(&identifier.content, DER_OID, &algorithm) ||
        !der_take_tag(&spki.content, DER_BIT_STRING, &bits) || spki.content.len > 0 ||
        bits.content.len == 0 || *bits.content.data != 0)
        return OUTLINE_INVALID;
    key = (struct bytes){.data = bits.content.data + 1, .len = bits.content.len - 1};
    return check_key(&algorithm, identifier.content, key);
}

/*
 * Reads the subject key identifier. Key identifiers only rank candidates, so one that cannot be
 * read counts as absent.
 */
static void read_subject_key(struct outline *outline, struct bytes value)
{
    struct der key;

    if (der_take_tag(&value, DER_OCTET_STRING, &key))
        outline->subject_key = key.content;
}

static void read_authority_key(struct outline *outline, struct bytes value)
{
    struct der sequence, key;

    if (der_take_tag(&value, DER_SEQUENCE, &sequence) &&
        der_take_tag(&sequence.content, DER_CONTEXT_0, &key))
        outline->authority_key = key.content;
}

static int check_points(struct bytes value)
{
    struct der sequence, point;
    unsigned n = 0;

    if (!der_take_tag(&value, DER_SEQUENCE, &sequence))
        return 0;
    while (der_take(&sequence.content, &point)) {
        if (++n > PATH_POINTS_COUNT)
            return OUTLINE_POINTS;
    }
    return 0;
}

static int take_value(struct outline *outline, const struct der *oid, struct bytes value)
{
    if (oid->content.len != sizeof(id_ce) + 1 ||
        memcmp(oid->content.data, id_ce, sizeof(id_ce)) != 0)
        return 0;
    switch (oid->content.data[sizeof(id_ce)]) {
    case ARC_SUBJECT_KEY:
        read_subject_key(outline, value);
        return 0;
    case ARC_AUTHORITY_KEY:
        read_authority_key(outline, value);
        return 0;
    case ARC_POLICY_CONSTRAINTS:
        outline->has_policy_constraints = true;
        return 0;
    case ARC_POINTS:
    case ARC_FRESHEST:
        return check_points(value);
    default:
        return 0;
    }
}

static bool has_prefix(struct bytes oid, const uint8_t *prefix, size_t len)
{
    return oid.len > len && memcmp(oid.data, prefix, len) == 0;
}

/*
 * Returns whether libcrypto or facts.h may decode the extension. They accept BER for some
 * extensions, for which the limits that der_walk checks would not hold; so these extensions have to
 * be DER.
 */
static bool is_decoded(struct bytes oid)
{
    /* The OIDs below which these extensions are: id-pe (1.3.6.1.5.5.7.1), id-pkix-ocsp
     * (1.3.6.1.5.5.7.48.1), and Netscape's (2.16.840.1.113730.1). */
    static const uint8_t id_pe[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01};
    static const uint8_t id_ocsp[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01};
    static const uint8_t netscape[] = {0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x01};

    return has_prefix(oid, id_ce, sizeof(id_ce)) || has_prefix(oid, id_pe, sizeof(id_pe)) ||
           has_prefix(oid, id_ocsp, sizeof(id_ocsp)) || has_prefix(oid, netscape, sizeof(netscape));
}

static int read_extension(struct outline *outline, struct bytes *rest, unsigned *n_valuesp)
{
    struct der extension, oid, critical, octets;
    int r;

    if (!der_take_tag(rest, DER_SEQUENCE, &extension) ||
        !der_take_tag(&extension.content, DER_OID, &oid))
        return OUTLINE_INVALID;
    (void)der_take_tag(&extension.content, DER_BOOLEAN, &critical);
    if (!der_take_tag(&extension.content, DER_OCTET_STRING, &octets) || extension.content.len > 0)
        return OUTLINE_INVALID;
    r = from_walk(der_walk(octets.content, n_valuesp));
    if (r == OUTLINE_INVALID)
        r = is_decoded(oid.content) ? OUTLINE_EXTENSION : 0;
    return r ? r : take_value(outline, &oid, octets.content);
}

static int read_extensions(struct outline *outline, struct bytes *rest, unsigned *n_valuesp)
{
    struct der tagged, sequence;
    unsigned n = 0;

    if (rest->len == 0)
        return 0;
    if (!der_take_tag(rest, TAG_EXTENSIONS, &tagged) || rest->len > 0 ||
        !der_take_tag(&tagged.content, DER_SEQUENCE, &sequence) || tagged.content.len > 0)
        return OUTLINE_INVALID;
    while (sequence.content.len > 0) {
        int r = n++ < PATH_EXTENSIONS_COUNT ? read_extension(outline, &sequence.content, n_valuesp)
                                            : OUTLINE_EXTENSIONS;

        if (r)
            return r;
    }
    return 0;
}

static int read_tbs(struct outline *outline, struct bytes rest, unsigned *n_valuesp)
{
    struct der skipped, serial;
    int r;

    (void)der_take_tag(&rest, TAG_VERSION, &skipped);
    if (!der_take_tag(&rest, DER_INTEGER, &serial) || !der_take_tag(&rest, DER_SEQUENCE, &skipped))
        return OUTLINE_INVALID;
    outline->serial = serial.content;
    r = read_name(&outline->issuer, &outline->issuer_hash, &rest);
    if (!r)
        r = read_validity(outline, &rest);
    if (!r)
        r = read_subject(outline, &rest);
    if (!r)
        r = read_key(outline, &rest);
    if (r)
        return r;
    (void)der_take_tag(&rest, TAG_ISSUER_ID, &skipped);
    (void)der_take_tag(&rest, TAG_SUBJECT_ID, &skipped);
    return read_extensions(outline, &rest, n_valuesp);
}

static int read_certificate(struct outline *outline, struct bytes bytes)
{
    unsigned n_values = PATH_VALUES_COUNT;
    struct der certificate, tbs, algorithm, signature;
    int r;

    if (bytes.len > PATH_CERTIFICATE_BYTES)
        return OUTLINE_TOO_LARGE;
    outline->der = bytes;
    r = from_walk(der_walk(bytes, &n_values));
    if (r)
        return r;
    if (!der_take_tag(&bytes, DER_SEQUENCE, &certificate) || bytes.len > 0 ||
        !der_take_tag(&certificate.content, DER_SEQUENCE, &tbs) ||
        !der_take_tag(&certificate.content, DER_SEQUENCE, &algorithm) ||
        !der_take_tag(&certificate.content, DER_BIT_STRING, &signature) ||
        certificate.content.len > 0 || signature.content.len == 0 || *signature.content.data != 0)
        return OUTLINE_INVALID;
    outline->tbs = tbs.whole;
    r = read_tbs(outline, tbs.content, &n_values);
    outline->parsed_bytes = PARSED_BYTES + PARSED_COPIES * outline->der.len +
                            PARSED_VALUE_BYTES * (PATH_VALUES_COUNT - n_values);
    return r;
}

int outline_read(struct outline *outline, const uint8_t *der, size_t len)
{
    int r;

    *outline = (struct outline){0};
    r = read_certificate(outline, (struct bytes){.data = der, .len = len});
    if (r)
        *outline = (struct outline){0};
    return r;
}

static void move_bytes(struct bytes *span, const uint8_t *from, const uint8_t *to)
{
    if (span->data)
        span->data = to + (span->data - from);
}

void outline_move(struct outline *moved, const struct outline *outline, const uint8_t *der)
{
    struct bytes *const spans[] = {
        &moved->tbs,  &moved->serial,      &moved->issuer,        &moved->subject,
        &moved->spki, &moved->subject_key, &moved->authority_key, &moved->der,
    };

    *moved = *outline;
    for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++)
        move_bytes(spans[i], outline->der.data, der);
}

bool outline_names_issuer(const struct outline *outline, const struct outline *issuer)
{
    return outline->issuer_hash == issuer->subject_hash &&
           (bytes_equal(outline->issuer, issuer->subject) ||
            distinguished_equal(outline->issuer, issuer->subject));
}

enum outline_fit outline_fits(const struct outline *outline, const struct outline *issuer)
{
    if (!outline->authority_key.data || !issuer->subject_key.data)
        return OUTLINE_FIT_OPEN;
    return bytes_equal(outline->authority_key, issuer->subject_key) ? OUTLINE_FIT_KEY
                                                                    : OUTLINE_FIT_OTHER_KEY;
}

bool outline_is_self_issued(const struct outline *outline)
{
    return outline_names_issuer(outline, outline);
}

bool outline_is_same(const struct outline *a, const struct outline *b)
{
    return bytes_equal(a->der, b->der);
}

const char *outline_fault_code(int fault)
{
    return faults[fault > 0 && fault < OUTLINE_FAULTS_COUNT ? fault : OUTLINE_INVALID].code;
}

const char *outline_fault_text(int fault)
{
    return faults[fault > 0 && fault < OUTLINE_FAULTS_COUNT ? fault : OUTLINE_INVALID].text;
}

bool outline_fault_is_size(int fault)
{
    return faults[fault > 0 && fault < OUTLINE_FAULTS_COUNT ? fault : OUTLINE_INVALID].is_size;
}
