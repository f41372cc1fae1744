/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/facts_internal.h"

#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509_vfy.h>

#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/parse/der.h"

/*
 * The largest RSA exponent that is accepted, in octets: with a larger one verifying takes longer.
 */
#define EXPONENT_BYTES 8
/* The first octet of an uncompressed point, SEC 1 section 2.3.3. */
#define POINT_UNCOMPRESSED 0x04

static const struct {
    int nid;
    enum key_kind kind;
} key_kinds[] = {
    {NID_rsaEncryption, KEY_RSA},       {NID_rsassaPss, KEY_RSA_PSS}, {NID_dsa, KEY_DSA},
    {NID_X9_62_id_ecPublicKey, KEY_EC}, {NID_ED25519, KEY_ED25519},   {NID_ED448, KEY_ED448},
};

static enum key_kind find_kind(int nid)
{
    for (size_t i = 0; i < sizeof(key_kinds) / sizeof(key_kinds[0]); i++)
        if (key_kinds[i].nid == nid)
            return key_kinds[i].kind;
    return KEY_OTHER;
}

static enum algorithm_parameters read_parameters(const X509_ALGOR *algorithm)
{
    int type = V_ASN1_UNDEF;

    X509_ALGOR_get0(NULL, &type, NULL, algorithm);
    if (type == V_ASN1_UNDEF)
        return PARAMETERS_ABSENT;
    return type == V_ASN1_NULL ? PARAMETERS_NULL : PARAMETERS_OTHER;
}

/* Returns a positive INTEGER without its leading zero octets. */
static struct bytes strip(struct bytes integer)
{
    while (integer.len > 0 && integer.data[0] == 0) {
        integer.data++;
        integer.len--;
    }
    return integer;
}

static unsigned count_bits(struct bytes integer)
{
    unsigned bits = (unsigned)integer.len * 8;

    if (integer.len == 0)
        return 0;
    for (unsigned top = integer.data[0]; !(top & 0x80); top <<= 1)
        bits--;
    return bits;
}

/*
 * Reads an RSAPublicKey, RFC 8017 appendix A.1.1. If it is malformed, key_bits stays 0, which every
 * profile refuses.
 */
static void read_rsa(struct facts *facts, struct bytes key)
{
    struct bytes pair, modulus, exponent;

    facts->key_exponent_bad = true;
    if (!facts_take(&key, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, false, &pair) || key.len != 0 ||
        !facts_take(&pair, V_ASN1_UNIVERSAL, V_ASN1_INTEGER, false, &modulus) ||
        !facts_take(&pair, V_ASN1_UNIVERSAL, V_ASN1_INTEGER, false, &exponent) || pair.len != 0 ||
        modulus.len == 0 || modulus.data[0] & 0x80 || exponent.len == 0 || exponent.data[0] & 0x80)
        return;
    facts->key_bits = count_bits(strip(modulus));
    exponent = strip(exponent);
    facts->key_exponent_bad = exponent.len == 0 || exponent.len > EXPONENT_BYTES ||
                              !(exponent.data[exponent.len - 1] & 1) ||
                              (exponent.len == 1 && exponent.data[0] < 3);
}

/* Reads curve and point of an EC key, RFC 5480 sections 2.1.1 and 2.2. */
static void read_curve(struct facts *facts, const X509_ALGOR *algorithm, struct bytes key)
{
    const void *value = NULL;
    int type = V_ASN1_UNDEF;

    X509_ALGOR_get0(NULL, &type, &value, algorithm);
    if (type == V_ASN1_OBJECT)
        facts->key_curve = OBJ_obj2nid(value);
    else
        facts->key_explicit = true;
    facts->key_compressed = key.len == 0 || key.data[0] != POINT_UNCOMPRESSED;
}

int facts_read_key(struct facts *facts, const X509 *certificate)
{
    static const struct facts_fault fault = {"key-malformed",
                                             X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY,
                                             "there is no public key to be found in it"};
    const unsigned char *data = NULL;
    ASN1_OBJECT *object = NULL;
    X509_ALGOR *algorithm = NULL;
    int len = 0;
    struct bytes key;

    if (X509_PUBKEY_get0_param(&object, &data, &len, &algorithm,
                               X509_get_X509_PUBKEY(certificate)) != 1 ||
        !object || len < 0)
        return facts_refuse(facts, &fault);
    key = (struct bytes){.data = data, .len = (size_t)len};
    facts->key_kind = find_kind(OBJ_obj2nid(object));
    facts->key_parameters = read_parameters(algorithm);
    if (facts->key_kind == KEY_RSA || facts->key_kind == KEY_RSA_PSS)
        read_rsa(facts, key);
    else if (facts->key_kind == KEY_EC)
        read_curve(facts, algorithm, key);
    return 0;
}

/* The digests that RSASSA-PSS may use; `len` is the length of the digest in octets. */
static const struct {
    int nid;
    uint8_t oid_len;
    uint8_t oid[9];
    uint8_t len;
} pss_digests[] = {
    {NID_sha1, 5, {0x2b, 0x0e, 0x03, 0x02, 0x1a}, 20},
    {NID_sha224, 9, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04}, 28},
    {NID_sha256, 9, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01}, 32},
    {NID_sha384, 9, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02}, 48},
    {NID_sha512, 9, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03}, 64},
};
#define PSS_DIGESTS_COUNT (sizeof(pss_digests) / sizeof(*pss_digests))

/* The values in RSASSA-PSS-params, RFC 4055 section 3.1. Digests are indices into pss_digests. */
struct pss {
    size_t digest;
    size_t mask_digest;
    struct bytes salt; /* the content octets of the INTEGER */
    struct bytes trailer;
};

static const uint8_t default_salt[] = {20}, default_trailer[] = {1};

/* Reads the AlgorithmIdentifier of a digest. Returns false if the digest is unknown. */
static bool take_digest(struct bytes *from, size_t *digestp)
{
    struct der algorithm, oid;

    if (!der_take_tag(from, DER_SEQUENCE, &algorithm) ||
        !der_take_tag(&algorithm.content, DER_OID, &oid))
        return false;
    for (size_t i = 0; i < PSS_DIGESTS_COUNT; i++) {
        if (bytes_equal(oid.content, (struct bytes){.data = pss_digests[i].oid,
                                                    .len = pss_digests[i].oid_len})) {
            *digestp = i;
            return true;
        }
    }
    return false;
}

/* Reads the mask generation function. Only MGF1 is accepted, whose parameter is a digest. */
static bool take_mask(struct bytes *from, size_t *digestp)
{
    static const uint8_t mgf1[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08};
    struct der algorithm, oid;

    return der_take_tag(from, DER_SEQUENCE, &algorithm) &&
           der_take_tag(&algorithm.content, DER_OID, &oid) &&
           bytes_equal(oid.content, (struct bytes){.data = mgf1, .len = sizeof(mgf1)}) &&
           take_digest(&algorithm.content, digestp);
}

/*
 * Reads an INTEGER inside an explicit tag. If there is no such tag, leaves *contentp unchanged and
 * returns true.
 */
static bool take_number(struct bytes *from, uint8_t tag, struct bytes *contentp)
{
    struct der tagged, number;

    if (!der_take_tag(from, tag, &tagged))
        return true;
    if (!der_take_tag(&tagged.content, DER_INTEGER, &number) || tagged.content.len > 0)
        return false;
    *contentp = number.content;
    return true;
}

/* Reads the parameters. *pss has the default values, which stay where a parameter is absent. */
static bool parse_pss(struct pss *pss, struct bytes parameters)
{
    struct der sequence, tagged;

    if (!der_take_tag(&parameters, DER_SEQUENCE, &sequence))
        return false;
    if (der_take_tag(&sequence.content, DER_CONTEXT_0 | DER_CONSTRUCTED, &tagged) &&
        !take_digest(&tagged.content, &pss->digest))
        return false;
    if (der_take_tag(&sequence.content, (DER_CONTEXT_0 + 1) | DER_CONSTRUCTED, &tagged) &&
        !take_mask(&tagged.content, &pss->mask_digest))
        return false;
    return take_number(&sequence.content, (DER_CONTEXT_0 + 2) | DER_CONSTRUCTED, &pss->salt) &&
           take_number(&sequence.content, (DER_CONTEXT_0 + 3) | DER_CONSTRUCTED, &pss->trailer) &&
           sequence.content.len == 0;
}

static bool is_number(struct bytes content, uint8_t number)
{
    return content.len == 1 && content.data[0] == number;
}

/*
 * Reads the parameters of RSASSA-PSS with our own reader, since libcrypto's does not always report
 * that memory ran out.
 */
static void read_pss(struct facts *facts, const X509_ALGOR *algorithm)
{
    struct pss pss = {
        .salt = {.data = default_salt, .len = sizeof(default_salt)},
        .trailer = {.data = default_trailer, .len = sizeof(default_trailer)},
    };
    const void *value = NULL;
    int type = V_ASN1_UNDEF;

    X509_ALGOR_get0(NULL, &type, &value, algorithm);
    if (type != V_ASN1_SEQUENCE || !parse_pss(&pss, bytes_of_string(value)))
        return;
    facts->digest_nid = pss_digests[pss.digest].nid;
    facts->pss_regular = pss.mask_digest == pss.digest &&
                         is_number(pss.salt, pss_digests[pss.digest].len) &&
                         is_number(pss.trailer, 1);
}

/*
 * The signature algorithms whose digest is known. This is a table of our own, so that every version
 * of libcrypto leads to the same answer.
 */
static const struct {
    int nid;
    enum key_kind kind;
    int digest;
} signatures[] = {
    {NID_sha256WithRSAEncryption, KEY_RSA, NID_sha256},
    {NID_sha384WithRSAEncryption, KEY_RSA, NID_sha384},
    {NID_sha512WithRSAEncryption, KEY_RSA, NID_sha512},
    {NID_sha224WithRSAEncryption, KEY_RSA, NID_sha224},
    {NID_sha1WithRSAEncryption, KEY_RSA, NID_sha1},
    {NID_md5WithRSAEncryption, KEY_RSA, NID_md5},
    {NID_ecdsa_with_SHA256, KEY_EC, NID_sha256},
    {NID_ecdsa_with_SHA384, KEY_EC, NID_sha384},
    {NID_ecdsa_with_SHA512, KEY_EC, NID_sha512},
    {NID_ecdsa_with_SHA224, KEY_EC, NID_sha224},
    {NID_ecdsa_with_SHA1, KEY_EC, NID_sha1},
    {NID_ED25519, KEY_ED25519, NID_undef},
    {NID_ED448, KEY_ED448, NID_undef},
};

static void read_algorithm(struct facts *facts, int nid)
{
    for (size_t i = 0; i < sizeof(signatures) / sizeof(*signatures); i++) {
        if (signatures[i].nid == nid) {
            facts->signature_kind = signatures[i].kind;
            facts->digest_nid = signatures[i].digest;
        }
    }
}

int facts_read_signature(struct facts *facts, const X509 *certificate)
{
    const X509_ALGOR *inner = X509_get0_tbs_sigalg(certificate), *outer = NULL;
    const ASN1_OBJECT *object = NULL;
    int nid;

    X509_get0_signature(NULL, &outer, certificate);
    facts->signature_consistent = X509_ALGOR_cmp(inner, outer) == 0;
    X509_ALGOR_get0(&object, NULL, NULL, outer);
    facts->signature_parameters = read_parameters(outer);
    nid = OBJ_obj2nid(object);
    if (nid == NID_rsassaPss) {
        facts->signature_kind = KEY_RSA_PSS;
        read_pss(facts, outer);
    } else {
        read_algorithm(facts, nid);
    }
    return x509_error(0);
}
