/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/revocation_signature.h"

#include <errno.h>
#include <string.h>

#include <openssl/rsa.h>

#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/parse/der.h"
#include "daemon/x509/revocation/revocation_limits.h"

/*
 * The accepted AlgorithmIdentifiers in DER (RFC 4055 sections 3.1 and 5, RFC 5758 section 3.2, RFC
 * 8410 section 3). PSS has the same hash for message and mask, and a salt of the hash's length.
 */
#define RSA(arc)   "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01" arc "\x05\x00"
#define ECDSA(arc) "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03" arc
#define HASH(arc)  "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02" arc "\x05\x00"
#define PSS(hash, salt)                                                                            \
    "\x30\x41\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x34\xa0\x0f" HASH(                   \
        hash) "\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08" HASH(hash) "\xa2\x03" \
                                                                                        "\x02"     \
                                                                                        "\x01" salt
#define BYTES(text) text, sizeof(text) - 1

static const struct signature_algorithm {
    const char *bytes;
    size_t len;
    const char *key;
    const char *other_key; /* another type of key, which is only for this algorithm; NULL: none */
    const char *hash;      /* NULL if the algorithm includes its hash */
    bool is_pss;
} algorithms[] = {
    {BYTES(RSA("\x0b")), "RSA", NULL, "SHA256", false},
    {BYTES(RSA("\x0c")), "RSA", NULL, "SHA384", false},
    {BYTES(RSA("\x0d")), "RSA", NULL, "SHA512", false},
    {BYTES(ECDSA("\x02")), "EC", NULL, "SHA256", false},
    {BYTES(ECDSA("\x03")), "EC", NULL, "SHA384", false},
    {BYTES(ECDSA("\x04")), "EC", NULL, "SHA512", false},
    {BYTES("\x30\x05\x06\x03\x2b\x65\x70"), "ED25519", NULL, NULL, false},
    {BYTES("\x30\x05\x06\x03\x2b\x65\x71"), "ED448", NULL, NULL, false},
    {BYTES(PSS("\x01", "\x20")), "RSA", "RSA-PSS", "SHA256", true},
    {BYTES(PSS("\x02", "\x30")), "RSA", "RSA-PSS", "SHA384", true},
    {BYTES(PSS("\x03", "\x40")), "RSA", "RSA-PSS", "SHA512", true},
};

bool signed_value_read(struct signed_value *value, struct bytes bytes)
{
    struct der outer, tbs, algorithm, bits;

    if (!der_take_tag(&bytes, DER_SEQUENCE, &outer) || bytes.len > 0 ||
        !der_take_tag(&outer.content, DER_SEQUENCE, &tbs) ||
        !der_take_tag(&outer.content, DER_SEQUENCE, &algorithm) ||
        !der_take_tag(&outer.content, DER_BIT_STRING, &bits) || bits.content.len == 0 ||
        *bits.content.data != 0)
        return false;
    *value = (struct signed_value){
        .tbs = tbs.whole,
        .content = tbs.content,
        .algorithm = algorithm.whole,
        .signature = {.data = bits.content.data + 1, .len = bits.content.len - 1},
        .rest = outer.content,
    };
    return true;
}

static bool does_key_fit(const struct signature_algorithm *algorithm, const EVP_PKEY *key)
{
    if (algorithm->other_key && EVP_PKEY_is_a(key, algorithm->other_key) == 1)
        return true;
    return EVP_PKEY_is_a(key, algorithm->key) == 1;
}

static const struct signature_algorithm *find_algorithm(struct bytes identifier,
                                                        const EVP_PKEY *key)
{
    bool is_rsa = EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1;

    if (is_rsa && EVP_PKEY_get_bits(key) > REVOCATION_RSA_BITS)
        return NULL;
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
        const struct signature_algorithm *algorithm = &algorithms[i];

        if (algorithm->len == identifier.len &&
            memcmp(algorithm->bytes, identifier.data, identifier.len) == 0)
            return does_key_fit(algorithm, key) ? algorithm : NULL;
    }
    return NULL;
}

static bool verify(const struct x509_context *context, EVP_PKEY *key,
                   const struct signature_algorithm *algorithm, const struct signed_value *value,
                   EVP_MD_CTX *digest)
{
    EVP_PKEY_CTX *parameters = NULL;

    if (EVP_DigestVerifyInit_ex(digest, &parameters, algorithm->hash, context->hashing, NULL, key,
                                NULL) != 1)
        return false;
    if (algorithm->is_pss &&
        (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    return EVP_DigestVerify(digest, value->signature.data, value->signature.len, value->tbs.data,
                            value->tbs.len) == 1;
}

int signature_verify(const struct x509_context *context, EVP_PKEY *key,
                     const struct signed_value *value, enum signature_outcome *outcomep)
{
    const struct signature_algorithm *algorithm = key ? find_algorithm(value->algorithm, key)
                                                      : NULL;
    EVP_MD_CTX *digest;

    *outcomep = SIGNATURE_REFUSED;
    if (!algorithm)
        return x509_error(0);
    digest = EVP_MD_CTX_new();
    if (!digest)
        return x509_error(-ENOMEM);
    *outcomep = verify(context, key, algorithm, value, digest) ? SIGNATURE_GOOD : SIGNATURE_BAD;
    EVP_MD_CTX_free(digest);
    return x509_error(0);
}
