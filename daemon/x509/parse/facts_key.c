/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/facts_internal.h"

#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509_vfy.h>

#include "daemon/x509/parse/context_internal.h"

/* The largest RSA exponent that is accepted, in octets: verifying takes longer with larger ones. */
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

/* Strips the leading zero octets of a positive INTEGER. */
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

/* Reads an RSAPublicKey, RFC 8017 appendix A.1.1. One that is malformed keeps key_bits 0, which
 * every profile refuses. */
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

/* RFC 5480 section 2.1.1. */
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
    if (facts->key_kind == KEY_RSA || facts->key_kind == KEY_RSA_PSS)
        read_rsa(facts, key);
    else if (facts->key_kind == KEY_EC)
        read_curve(facts, algorithm, key);
    return 0;
}

/* RFC 4055 section 3.1: the digest is SHA-1 unless the parameters name another. */
static int read_pss_digest(const X509_ALGOR *algorithm)
{
    const void *value = NULL;
    int type = V_ASN1_UNDEF, nid = NID_undef;
    RSA_PSS_PARAMS *parameters;

    X509_ALGOR_get0(NULL, &type, &value, algorithm);
    if (type != V_ASN1_SEQUENCE)
        return NID_undef;
    parameters = ASN1_item_unpack(value, ASN1_ITEM_rptr(RSA_PSS_PARAMS));
    if (!parameters)
        return NID_undef;
    nid = parameters->hashAlgorithm ? OBJ_obj2nid(parameters->hashAlgorithm->algorithm) : NID_sha1;
    RSA_PSS_PARAMS_free(parameters);
    return nid;
}

int facts_read_signature(struct facts *facts, const X509 *certificate)
{
    const X509_ALGOR *inner = X509_get0_tbs_sigalg(certificate), *outer = NULL;
    const ASN1_OBJECT *object = NULL;
    int key = NID_undef;

    X509_get0_signature(NULL, &outer, certificate);
    facts->signature_consistent = X509_ALGOR_cmp(inner, outer) == 0;
    X509_ALGOR_get0(&object, NULL, NULL, outer);
    facts->signature_nid = OBJ_obj2nid(object);
    if (facts->signature_nid == NID_rsassaPss)
        facts->digest_nid = read_pss_digest(outer);
    else if (OBJ_find_sigid_algs(facts->signature_nid, &facts->digest_nid, &key) != 1)
        facts->digest_nid = NID_undef;
    return x509_error(0);
}
