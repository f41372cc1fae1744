/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What libcrypto needs to be asked anything, loaded once before the verifiers are forked:
 * afterwards nothing is opened, fetched or configured any more. OpenSSL's configuration file is
 * never read.
 *
 * Certificates are parsed in a library context whose only provider is "null": decoding the public
 * key is most of d2i_X509's cost, and who asks about a name does not need it.
 */

#include <stddef.h>
#include <stdint.h>

#define X509_SHA256_BYTES 32

struct x509_context;

/* 0; -ENOMEM; -EIO where libcrypto cannot load a provider it needs. */
int x509_context_new(struct x509_context **contextp);

/* Frees it; takes NULL. Returns NULL. */
struct x509_context *x509_context_free(struct x509_context *context);

/* SHA-256 of `len` bytes. 0, -EIO or -ENOMEM. */
int x509_sha256(const struct x509_context *context, const uint8_t *data, size_t len,
                uint8_t digest[static X509_SHA256_BYTES]);

/* OpenSSL's text for an X509_V_ERR number, as Python prints it. Never NULL. */
const char *x509_verify_text(int verify_code);

/* The version of the libcrypto that is loaded, as it prints itself. */
const char *x509_library_version(void);
