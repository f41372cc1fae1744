/* SPDX-License-Identifier: MIT */
/*
 * Replacements for the functions of OpenSSL with which a program compares a name with a certificate
 * after the handshake. A certificate that has the name is judged with that name.
 */

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/run/judge.h"
#include "client/run/openssl_api.h"
#include "client/run/openssl_interposed.h"
#include "client/run/preload.h"
#include "client/run/real.h"
#include "client/run/reason.h"

#define CALLER __builtin_return_address(0)

/*
 * Judges a certificate whose name the program has just compared successfully. Returns the result of
 * the comparison.
 */
static int judge_match(const void *caller, const void *real, X509 *certificate,
                       enum certname_reference type, const char *name)
{
    const struct openssl_api *api = openssl_api_get(caller);
    char reason[JUDGE_REASON_BYTES];
    unsigned char *der = NULL;
    int len;
    enum server_judgement judgement;

    /* OpenSSL itself calls these functions while it verifies; only the program's own calls are
     * judged. */
    if (real_is_same_object(caller, real))
        return 1;
    len = api ? api->i2d_X509(certificate, &der) : -1;
    if (len <= 0)
        return 0;
    judgement = judge_later(type, name, der, (size_t)len, reason);
    api->CRYPTO_free(der, __FILE__, __LINE__);
    reason_remember(reason);
    return judgement == JUDGED_ACCEPTED ? 1 : 0;
}

/* Does what judge_match() does, with a name of `len` bytes; 0 means that the name ends in NUL. */
static int judge_match_of(const void *caller, const void *real, X509 *certificate,
                          enum certname_reference type, const char *name, size_t len)
{
    char *copy = len > 0 ? strndup(name, len) : strdup(name);
    int r = copy ? judge_match(caller, real, certificate, type, copy) : 0;

    free(copy);
    return r;
}

typedef int check_host_fn(X509 *certificate, const char *name, size_t len, unsigned flags,
                          char **peernamep);

INTERPOSE int X509_check_host(X509 *certificate, const char *name, size_t len, unsigned flags,
                              char **peernamep)
{
    check_host_fn *real = (check_host_fn *)(uintptr_t)real_find(CALLER, "X509_check_host");
    int r = real ? real(certificate, name, len, flags, peernamep) : 0;

    return r == 1 ? judge_match_of(CALLER, (const void *)(uintptr_t)real, certificate,
                                   CERTNAME_HOST, name, len)
                  : r;
}

typedef int check_email_fn(X509 *certificate, const char *mailbox, size_t len, unsigned flags);

INTERPOSE int X509_check_email(X509 *certificate, const char *mailbox, size_t len, unsigned flags)
{
    check_email_fn *real = (check_email_fn *)(uintptr_t)real_find(CALLER, "X509_check_email");
    int r = real ? real(certificate, mailbox, len, flags) : 0;

    return r == 1 ? judge_match_of(CALLER, (const void *)(uintptr_t)real, certificate,
                                   CERTNAME_EMAIL, mailbox, len)
                  : r;
}

typedef int check_text_fn(X509 *certificate, const char *text, unsigned flags);

INTERPOSE int X509_check_ip_asc(X509 *certificate, const char *text, unsigned flags)
{
    check_text_fn *real = (check_text_fn *)(uintptr_t)real_find(CALLER, "X509_check_ip_asc");
    int r = real ? real(certificate, text, flags) : 0;

    return r == 1 ? judge_match(CALLER, (const void *)(uintptr_t)real, certificate, CERTNAME_HOST,
                                text)
                  : r;
}

typedef int check_ip_fn(X509 *certificate, const unsigned char *octets, size_t len, unsigned flags);

INTERPOSE int X509_check_ip(X509 *certificate, const unsigned char *octets, size_t len,
                            unsigned flags)
{
    check_ip_fn *real = (check_ip_fn *)(uintptr_t)real_find(CALLER, "X509_check_ip");
    char text[INET6_ADDRSTRLEN];
    int r = real ? real(certificate, octets, len, flags) : 0;

    if (r != 1)
        return r;
    if ((len != 4 && len != 16) ||
        !inet_ntop(len == 4 ? AF_INET : AF_INET6, octets, text, sizeof(text)))
        return 0;
    return judge_match(CALLER, (const void *)(uintptr_t)real, certificate, CERTNAME_HOST, text);
}
