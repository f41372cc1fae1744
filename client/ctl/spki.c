/* SPDX-License-Identifier: MIT */
#include "client/ctl/spki.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
#include "client/ctl/der_file.h"
#include "client/ctl/text.h"

/*
 * The number of values before the key: serial number, signature, issuer, validity and subject in a
 * certificate (RFC 5280 section 4.1); version and subject in a request (RFC 2986 section 4.1).
 */
#define CERTIFICATE_PARTS_COUNT 5
#define CSR_PARTS_COUNT         2

struct spki_taker {
    spki_fn take;
    void *context;
};

/* --- names --- */

void spki_name(char text[static SPKI_TEXT_BYTES], const X509_NAME *name)
{
    BIO *bio = BIO_new(BIO_s_mem());
    int n = 0;

    if (bio && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0)
        n = BIO_read(bio, text, SPKI_TEXT_BYTES - 1);
    (void)BIO_free(bio);
    text[n > 0 ? n : 0] = '\0';
    if (n == SPKI_TEXT_BYTES - 1)
        memcpy(text + n - 3, "...", 3);
}

static void describe(struct spki *spki, const char *source, const X509_NAME *subject)
{
    spki->source = source;
    if (subject)
        spki_name(spki->subject, subject);
}

/* --- keys --- */

static int hash_spki(uint8_t digest[static DIGEST_BYTES], struct bytes spki)
{
    unsigned len = 0;

    return EVP_Digest(spki.data, spki.len, digest, &len, EVP_sha256(), NULL) == 1 &&
                   len == DIGEST_BYTES
               ? 0
               : -1;
}

int spki_digest(uint8_t digest[static DIGEST_BYTES], const EVP_PKEY *key)
{
    unsigned char *der = NULL;
    int n = key ? i2d_PUBKEY((EVP_PKEY *)(uintptr_t)key, &der) : -1;
    int r = n > 0 ? hash_spki(digest, (struct bytes){.data = der, .len = (size_t)n}) : -1;

    OPENSSL_free(der);
    return r;
}

/*
 * Removes the header of the first value from *rest, which then begins with the value's content.
 * Returns the length of the content, or -1.
 */
static long take_header(struct bytes *rest, int *tagp, int *classp)
{
    const unsigned char *at = rest->data;
    long len = 0;

    if (rest->len == 0 || (ASN1_get_object(&at, &len, tagp, classp, (long)rest->len) & 0x81))
        return -1;
    rest->len -= (size_t)(at - rest->data);
    rest->data = at;
    return len;
}

/* Replaces *rest by the content of its first value. */
static bool enter_value(struct bytes *rest)
{
    int tag, class;
    long len = take_header(rest, &tag, &class);

    if (len < 0)
        return false;
    rest->len = (size_t)len;
    return true;
}

/* Removes the first value, with its header, from *rest. */
static bool take_value(struct bytes *rest, struct bytes *value, int *classp)
{
    const uint8_t *start = rest->data;
    int tag;
    long len = take_header(rest, &tag, classp);

    if (len < 0)
        return false;
    rest->data += len;
    rest->len -= (size_t)len;
    *value = (struct bytes){.data = start, .len = (size_t)(rest->data - start)};
    return true;
}

/*
 * Hashes the key of a certificate or request byte for byte as in the block, because the daemon
 * compares pins with those bytes, and libcrypto would encode some keys differently. `n_before` is
 * the number of values before the key, not counting the version of a certificate. Returns 0 or -1.
 */
static int hash_key_within(struct spki *spki, const struct der_block *block, int n_before)
{
    struct bytes rest = {.data = block->der, .len = block->len}, value = {0};
    int class = 0;

    if (!enter_value(&rest) || !enter_value(&rest))
        return -1;
    for (int i = 0; i <= n_before; i++) {
        if (!take_value(&rest, &value, &class))
            return -1;
        if (class != V_ASN1_UNIVERSAL)
            i--;
    }
    return hash_spki(spki->digest, value);
}

/*
 * Each of these functions reads one kind of object, which must fill the whole block, and fills in
 * the key. It returns false if the block holds something else.
 */

static bool read_certificate(struct spki *spki, X509 **certificatep, const struct der_block *block)
{
    const unsigned char *at = block->der;
    X509 *certificate = d2i_X509(NULL, &at, (long)block->len);
    /* OpenSSL's TRUSTED CERTIFICATE has more data behind the certificate. */
    bool whole = at == block->der + block->len ||
                 (block->label && strcmp(block->label, PEM_STRING_X509_TRUSTED) == 0);

    *certificatep = certificate;
    if (!certificate || !whole || hash_key_within(spki, block, CERTIFICATE_PARTS_COUNT))
        return false;
    spki->certificate = certificate;
    describe(spki, "certificate", X509_get_subject_name(certificate));
    return true;
}

static bool read_csr(struct spki *spki, const struct der_block *block)
{
    const unsigned char *at = block->der;
    X509_REQ *csr = d2i_X509_REQ(NULL, &at, (long)block->len);
    bool good = csr && at == block->der + block->len &&
                !hash_key_within(spki, block, CSR_PARTS_COUNT);

    if (good)
        describe(spki, "certificate request", X509_REQ_get_subject_name(csr));
    X509_REQ_free(csr);
    return good;
}

static bool read_public(struct spki *spki, const struct der_block *block)
{
    const unsigned char *at = block->der;
    X509_PUBKEY *key = d2i_X509_PUBKEY(NULL, &at, (long)block->len);
    bool good = key && at == block->der + block->len && X509_PUBKEY_get0(key) &&
                !hash_spki(spki->digest, (struct bytes){.data = block->der, .len = block->len});

    if (good)
        describe(spki, "public key", NULL);
    X509_PUBKEY_free(key);
    return good;
}

static bool read_private(struct spki *spki, const struct der_block *block)
{
    const unsigned char *at = block->der;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)block->len);
    bool good = key && at == block->der + block->len && !spki_digest(spki->digest, key);

    if (good)
        describe(spki, "private key", NULL);
    EVP_PKEY_free(key);
    return good;
}

/* --- blocks --- */

/* The kinds of objects that PEM labels announce. */
enum key_form {
    FORM_ANY = 0, /* no label, because the file is DER: every kind is tried */
    FORM_CERTIFICATE,
    FORM_CSR,
    FORM_PUBLIC,
    FORM_PRIVATE,
    FORM_ENCRYPTED,
    FORM_OTHER,
};

static enum key_form find_form(const struct der_block *block)
{
    static const struct {
        const char *label;
        enum key_form form;
    } forms[] = {
        {PEM_STRING_X509, FORM_CERTIFICATE},
        {PEM_STRING_X509_OLD, FORM_CERTIFICATE},
        {PEM_STRING_X509_TRUSTED, FORM_CERTIFICATE},
        {PEM_STRING_X509_REQ, FORM_CSR},
        {PEM_STRING_X509_REQ_OLD, FORM_CSR},
        {PEM_STRING_PUBLIC, FORM_PUBLIC},
        {PEM_STRING_PKCS8INF, FORM_PRIVATE},
        {PEM_STRING_ECPRIVATEKEY, FORM_PRIVATE},
        {PEM_STRING_RSA, FORM_PRIVATE},
        {PEM_STRING_DSA, FORM_PRIVATE},
        {PEM_STRING_PKCS8, FORM_ENCRYPTED},
    };

    if (!block->label)
        return FORM_ANY;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (strcmp(block->label, forms[i].label) == 0)
            return block->header[0] != '\0' ? FORM_ENCRYPTED : forms[i].form;
    }
    return FORM_OTHER;
}

static bool may_be(enum key_form form, enum key_form wanted)
{
    return form == wanted || form == FORM_ANY;
}

static int take_block(void *context, const struct der_block *block)
{
    const struct spki_taker *taker = context;
    enum key_form form = find_form(block);
    X509 *certificate = NULL;
    struct spki spki = {0};
    int r = 1;

    if (form == FORM_OTHER)
        return 0;
    if (form == FORM_ENCRYPTED) {
        text_complain("%s: the private key is encrypted: name a file with its public key, which "
                      "`openssl pkey -pubout` writes",
                      block->path);
        return -1;
    }
    if (block->len <= LONG_MAX &&
        ((may_be(form, FORM_CERTIFICATE) && read_certificate(&spki, &certificate, block)) ||
         (may_be(form, FORM_CSR) && read_csr(&spki, block)) ||
         (may_be(form, FORM_PUBLIC) && read_public(&spki, block)) ||
         (may_be(form, FORM_PRIVATE) && read_private(&spki, block)))) {
        r = taker->take(taker->context, &spki) ? -1 : 1;
    } else {
        text_complain("%s: the %s cannot be read", block->path,
                      block->label ? block->label : "DER");
        r = -1;
    }
    X509_free(certificate);
    return r;
}

int spki_each(const char *path, spki_fn take, void *context)
{
    struct spki_taker taker = {.take = take, .context = context};
    int r = der_file_each(path, take_block, &taker);

    if (r == 0)
        text_complain("%s: the file holds no certificate, key or certificate request",
                      strcmp(path, "-") == 0 ? "standard input" : path);
    return r > 0 ? 0 : -1;
}
