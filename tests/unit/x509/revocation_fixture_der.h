/* SPDX-License-Identifier: MIT */
#pragma once

/* Puts DER together from its parts. A blob that becomes part of another one is freed. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

struct blob {
    uint8_t *data; /* allocated with malloc */
    size_t len;
};

struct blob blob_copy(const void *data, size_t len);
struct blob blob_nothing(void);
struct blob blob_text(const char *bytes);
void blob_append(struct blob *blob, struct blob part);
void blob_free(struct blob *blob);

/* Makes a value whose content is the n parts, each a struct blob, one after the other. */
struct blob blob_value(uint8_t tag, size_t n, ...);
struct blob blob_primitive(uint8_t tag, const void *data, size_t len);
struct blob blob_number(long value);

/* Makes a UTCTime before 2050, unless a GeneralizedTime is wanted. */
struct blob blob_moment(int64_t seconds, bool is_general);

struct blob blob_extension(const char *oid, size_t n_oid, bool is_critical, struct blob value);
struct blob blob_name_of(const X509_NAME *name);

/* An OID that libcrypto does not know and its length, as two arguments. */
#define OURS "\x2b\x06\x01\x04\x01\x83\xe3\x49\x01", 9

/*
 * blob_algorithm makes the AlgorithmIdentifier of ECDSA with SHA-256 or SHA-1; blob_sign a value
 * that is signed with it, with `rest` after the signature.
 */
struct blob blob_algorithm(bool is_sha1);
struct blob blob_sign(EVP_PKEY *key, bool is_sha1, struct blob tbs, struct blob rest);
