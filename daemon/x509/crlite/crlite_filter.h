/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * CRLite filters: which of the certificates that public logs hold are revoked, in about a bit for
 * each (C2SP clubcard-crlite.md, and the version 3 that Mozilla's builder writes). A filter is read
 * once, as a whole, and then asked where it lies in memory.
 *
 * A filter answers for the certificates that its builder knew: end entities that had not expired,
 * in logs and at times that the filter covers. Its answer about any other certificate is random.
 * crlite_filter_ask checks the coverage; that the certificate is such an end entity is the caller's
 * part.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "daemon/x509/crlite/crlite_limits.h"

/* A positive result: the bytes are not a filter, or one beyond the limits. */
#define CRLITE_INVALID 1

/* The columns of a filter: each is a matrix column of bits in 64-bit words. */
struct crlite_column {
    const uint8_t *words; /* unaligned */
    uint64_t n_words;
};

/* A filter that was read. Everything but `blocks` is in the bytes it was read from. */
struct crlite_filter {
    struct bytes bytes;
    uint8_t version;     /* 3 or 4 */
    const uint8_t *logs; /* n_logs entries of the coverage */
    size_t n_logs;
    uint32_t *blocks; /* owned: where the block of each issuer begins, in the order of issuers */
    size_t n_issuers;
    struct crlite_column columns[CRLITE_COLUMNS_COUNT + 1]; /* the exact one is last */
    size_t n_columns;                                       /* the exact one not counted */
};

/* The interval of time that a filter covers of one log, in ms since 1970; both ends belong to it.
 */
struct crlite_coverage {
    const uint8_t *log; /* CRLITE_LOG_BYTES */
    uint64_t low;
    uint64_t high;
};

/* A signed certificate timestamp of a certificate. */
struct crlite_timestamp {
    const uint8_t *log; /* CRLITE_LOG_BYTES */
    uint64_t time_ms;
};

/* A certificate that is asked about. */
struct crlite_subject {
    uint8_t issuer[DIGEST_BYTES]; /* SHA-256 of the issuer's SubjectPublicKeyInfo */
    uint8_t key[DIGEST_BYTES];    /* SHA-256 of `issuer` and `serial` */
    struct bytes serial;          /* content octets of the serial number, a leading zero included */
    const struct crlite_timestamp *timestamps;
    size_t n_timestamps;
};

/* The answer of a filter. Compare with ==; zero is not good. In the order of their weight. */
enum crlite_answer {
    CRLITE_NOT_COVERED = 0, /* no timestamp is in a log and at a time that the filter covers */
    CRLITE_NOT_ENROLLED,    /* the filter has nothing about the issuer */
    CRLITE_GOOD = 0x5d21,
    CRLITE_REVOKED = 0x7e4a3,
};

/*
 * Reads a filter, which borrows the bytes: they have to stay as they are for as long as the filter
 * is used. Every octet is looked at, so that crlite_filter_ask cannot fail.
 *
 * Returns 0, and the caller calls crlite_filter_deinit; CRLITE_INVALID, and *whyp says what is
 * wrong, as the end of a sentence (static); or -ENOMEM.
 */
int crlite_filter_init(struct crlite_filter *filter, struct bytes bytes, const char **whyp);

/* Frees what the filter owns. A second call does nothing. */
void crlite_filter_deinit(struct crlite_filter *filter);

/* Returns what the filter says about the certificate. */
enum crlite_answer crlite_filter_ask(const struct crlite_filter *filter,
                                     const struct crlite_subject *subject);

/* Returns entry i of the coverage, below n_logs. */
struct crlite_coverage crlite_filter_coverage(const struct crlite_filter *filter, size_t i);
