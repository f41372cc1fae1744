/* SPDX-License-Identifier: MIT */
#pragma once

/* DER put together from its parts. A blob that is given for a part of another is freed. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

struct blob {
    uint8_t *data; /* by malloc */
    size_t len;
};

struct blob blob_copy(const void *data, size_t len);
struct blob blob_nothing(void);
struct blob blob_text(const char *bytes);
void blob_append(struct blob *blob, struct blob part);
void blob_free(struct blob *blob);

/* A value with the parts, struct blob each, one after the other as its contents. */
struct blob blob_value(uint8_t tag, size_t n, ...);
struct blob blob_primitive(uint8_t tag, const void *data, size_t len);
struct blob blob_number(long value);

/* UTCTime before 2050 unless it is asked for otherwise. */
struct blob blob_moment(int64_t seconds, bool is_general);

struct blob blob_extension(const char *oid, size_t n_oid, bool is_critical, struct blob value);
struct blob blob_name_of(const X509_NAME *name);

/* An OID that nobody knows, as two arguments. */
#define OURS "\x2b\x06\x01\x04\x01\x83\xe3\x49\x01", 9

/* ECDSA with SHA-256, or SHA-1: the AlgorithmIdentifier; and what is signed with it, `rest` behind
 * the signature. */
struct blob blob_algorithm(bool is_sha1);
struct blob blob_sign(EVP_PKEY *key, bool is_sha1, struct blob tbs, struct blob rest);
