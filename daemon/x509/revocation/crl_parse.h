/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One CRL, read into where its parts lie: for the files of daemon/x509 alone. Nothing in it is
 * trusted before its signature is verified.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "daemon/x509/parse/context.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/revocation_reason.h"
#include "daemon/x509/revocation/revocation_signature.h"

/* A serial number that is listed. */
struct crl_entry {
    struct bytes serial; /* content octets of the INTEGER, as few as there can be */
    uint8_t reason;      /* RFC 5280 section 5.3.1; 0 where none is given */
};

/* removeFromCRL: an entry of a delta CRL that takes another back. */
#define CRL_REASON_REMOVED 8

/* What certificates it is for, RFC 5280 section 5.2.5. */
struct crl_scope {
    bool only_user;
    bool only_ca;
    bool only_attribute;
    bool only_some_reasons;
    bool is_indirect;
    bool is_delta;
    bool has_point;      /* it names its distribution point: */
    struct bytes points; /* as GeneralNames that are all URIs; no data where it is not that */
};

/* Whose key signed it, RFC 5280 section 5.2.1; no data where it is not said. */
struct crl_authority {
    struct bytes key;
    struct bytes issuer; /* GeneralNames */
    struct bytes serial;
};

/* The key under which its signature was found good: libraries take longest for that. */
struct crl_memory {
    enum signature signature;
    uint8_t key[DIGEST_BYTES]; /* SHA-256 of the SubjectPublicKeyInfo */
};

struct crl {
    uint8_t *der; /* owned; all spans are within it */
    size_t len;
    const char *origin; /* the set's */
    bool is_first;      /* version 1, which has no extensions */
    struct signed_value value;
    struct bytes issuer; /* a Name in DER */
    uint64_t issuer_hash;
    int64_t from, until; /* thisUpdate and nextUpdate */
    struct crl_scope scope;
    struct crl_authority authority;
    enum revocation_reason flaw; /* why it must not be used; REASON_NOTHING */
    struct crl_entry *entries;   /* owned; by serial number */
    size_t n_entries;
    struct crl_memory memory;
};

/* Reads a copy of the bytes. 0 and *crlp is the caller's; CRL_INVALID; -ENOMEM. */
int crl_parse(struct crl **crlp, const uint8_t *der, size_t len);

/* Frees it; takes NULL. Returns NULL. */
struct crl *crl_free(struct crl *crl);

/* Its entry for the serial number's content octets; NULL if it is not listed. */
const struct crl_entry *crl_find(const struct crl *crl, struct bytes serial);

/* For crl_parse.c: reads the entries. False where they are malformed or memory is short, which
 * *is_shortp tells. Flaws are noted. */
bool crl_read_entries(struct crl *crl, struct bytes list, bool *is_shortp);

/* For crl_parse.c: reads the CRL's extensions. What is wrong with them is a flaw. */
void crl_read_extensions(struct crl *crl, struct bytes list);

/* Notes a flaw; the first one stays. */
void crl_note_flaw(struct crl *crl, enum revocation_reason reason);
