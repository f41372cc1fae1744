/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The library contexts and algorithms of libcrypto that the daemon uses. They are loaded once
 * before the verifiers are forked, since a verifier cannot open files. OpenSSL's configuration file
 * is never read.
 *
 * For questions about names, certificates are parsed in a library context whose only provider is
 * "null", which cannot decode keys: decoding the public key is most of the cost of d2i_X509, and
 * these questions do not need it.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"

struct x509_context;

/*
 * Makes a context, which the caller frees. Returns 0; -ENOMEM; or -EIO if libcrypto cannot load a
 * provider.
 */
int x509_context_new(struct x509_context **contextp);

/* Frees a context; takes NULL. Returns NULL. */
struct x509_context *x509_context_free(struct x509_context *context);

/* Computes the SHA-256 of `len` bytes. Returns 0, -EIO or -ENOMEM. */
int x509_sha256(const struct x509_context *context, const uint8_t *data, size_t len,
                uint8_t digest[static DIGEST_BYTES]);

/* Returns OpenSSL's text for an X509_V_ERR number, which is what Python prints. Never NULL. */
const char *x509_verify_text(int verify_code);

/* Returns the version text of the loaded libcrypto, for example "OpenSSL 3.0.17 1 Jul 2025". */
const char *x509_library_version(void);
