/* SPDX-License-Identifier: MIT */
#include "client/openssl/asking.h"

#include <stdint.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "certname/openssl.h"

/* Adds bytes to the digest, after what they are and how many. Returns 0 or CERTNAME_ERR_MEMORY. */
static int digest(struct asking *asking, char what, const void *data, size_t len)
{
    const uint64_t n = len;

    return EVP_DigestUpdate(asking->digest, &what, 1) == 1 &&
                   EVP_DigestUpdate(asking->digest, &n, sizeof(n)) == 1 &&
                   EVP_DigestUpdate(asking->digest, data, len) == 1
               ? 0
               : CERTNAME_ERR_MEMORY;
}

static int add_certificate(struct asking *asking, const X509 *certificate)
{
    unsigned char *der = NULL;
    int len = i2d_X509(certificate, &der);
    int r = len > 0 ? certname_question_add_certificate(asking->question, der, (size_t)len)
                    : CERTNAME_ERR_MEMORY;

    if (!r)
        r = digest(asking, 'c', der, (size_t)len);

    OPENSSL_free(der);
    return r;
}

/* Adds the end entity's certificate and the other certificates that the peer sent. */
static int add_chain(struct asking *asking, X509_STORE_CTX *ctx)
{
    const X509 *leaf = X509_STORE_CTX_get0_cert(ctx);
    const STACK_OF(X509) *others = X509_STORE_CTX_get0_untrusted(ctx);
    int r = leaf ? add_certificate(asking, leaf) : CERTNAME_ERR_ARGUMENT;

    for (int i = 0; !r && i < sk_X509_num(others); i++) {
        const X509 *one = sk_X509_value(others, i);

        if (one != leaf)
            r = add_certificate(asking, one);
    }
    return r;
}

static int add_name(struct asking *asking, const char *name, size_t *np)
{
    int r = certname_question_add_reference(asking->question, CERTNAME_HOST, name, strlen(name));

    if (!r)
        ++*np;
    return r ? r : digest(asking, 'n', name, strlen(name));
}

/*
 * Adds the names that OpenSSL compares; if there are none, the address; if there is none either,
 * the name that the client sends to the server.
 */
static int add_names(struct asking *asking, SSL *ssl, X509_VERIFY_PARAM *param, size_t *np)
{
    const char *name;
    char *address;
    int r = 0;

    for (int i = 0; !r && (name = X509_VERIFY_PARAM_get0_host(param, i)); i++)
        r = add_name(asking, name, np);
    /* If no address is set the function leaves an error in OpenSSL's queue, which is removed. */
    ERR_set_mark();
    address = X509_VERIFY_PARAM_get1_ip_asc(param);
    ERR_pop_to_mark();
    if (!r && *np == 0 && address)
        r = add_name(asking, address, np);
    OPENSSL_free(address);
    name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (!r && *np == 0 && name)
        r = add_name(asking, name, np);
    return r;
}

/*
 * Fills in a question about a server. Returns 0; an enum certname_error; or 1 if the server has no
 * name and is refused because of that.
 */
static int ask_about_server(struct asking *asking, SSL *ssl, X509_STORE_CTX *ctx, unsigned how)
{
    size_t n = 0;
    int r = add_names(asking, ssl, X509_STORE_CTX_get0_param(ctx), &n);

    if (r || n > 0)
        return r;
    return how & CERTNAME_OPENSSL_NAMELESS_PATH
               ? certname_question_without_identity(asking->question)
               : 1;
}

/* Fills in a question about a client. */
static int ask_about_client(struct asking *asking)
{
    int r = certname_question_without_identity(asking->question);

    if (!r)
        r = certname_question_set_purpose(asking->question, CERTNAME_PURPOSE_CLIENT);
    return r ? r : digest(asking, 's', "", 0);
}

/* Fills in the question. Returns what ask_about_server() returns. */
static int fill(struct asking *asking, SSL *ssl, X509_STORE_CTX *ctx, unsigned how)
{
    int r = SSL_is_server(ssl) ? ask_about_client(asking) : ask_about_server(asking, ssl, ctx, how);

    if (!r)
        r = certname_question_require_path(asking->question);
    return r ? r : add_chain(asking, ctx);
}

int asking_init(struct asking *asking, SSL *ssl, X509_STORE_CTX *ctx, unsigned how)
{
    int r;

    *asking = (struct asking){.question = certname_question_new(), .digest = EVP_MD_CTX_new()};
    if (!asking->question || !asking->digest ||
        EVP_DigestInit_ex(asking->digest, EVP_sha256(), NULL) != 1)
        return CERTNAME_ERR_MEMORY;
    r = fill(asking, ssl, ctx, how);
    if (!r && EVP_DigestFinal_ex(asking->digest, asking->asked, NULL) != 1)
        r = CERTNAME_ERR_MEMORY;
    return r;
}

void asking_deinit(struct asking *asking)
{
    (void)certname_question_free(asking->question);
    EVP_MD_CTX_free(asking->digest);
}
