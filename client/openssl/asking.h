/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The question about a connection's peer, and the digest of all that the question is about. A
 * program may use one SSL for another connection while a question about the first one is under way,
 * so an answer is only taken for a peer whose question has the same digest.
 */

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "certname/client.h"

#define ASKED_BYTES 32 /* SHA-256 */

struct asking {
    struct certname_question *question;
    EVP_MD_CTX *digest;               /* for asking.c */
    unsigned char asked[ASKED_BYTES]; /* the digest */
};

/*
 * Makes the question about the peer whose certificates `ctx` has. `how` is that of
 * certname_openssl_use(). The caller calls asking_deinit whatever is returned. Returns 0; a
 * negative enum certname_error; or 1 if the server has no name and that is refused.
 */
int asking_init(struct asking *asking, SSL *ssl, X509_STORE_CTX *ctx, unsigned how);

void asking_deinit(struct asking *asking);
