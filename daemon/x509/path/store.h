/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Trust stores: named sets of trust anchors, found by their subjects. An anchor is kept as DER with
 * its outline, and parsed when a path first needs it. A store does not change once it serves. An
 * empty store anchors nothing. An anchor is trusted whether it is self-signed or not.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/parse/outline.h"
#include "daemon/x509/path/constraints_options.h"

struct store;

/* Positive outcomes of loading. */
#define STORE_INVALID                                                                              \
    1                   /* not a certificate, or one that no path can use: store_error says more   \
                         */
#define STORE_FULL    2 /* more than STORE_ANCHORS_COUNT */
#define STORE_NOTHING 3 /* a file or a directory without a certificate */

#define STORE_ERROR_BYTES 512

/* A load's error for a person: one line of UTF-8, "path: what" or "path:line: what". */
struct store_error {
    char text[STORE_ERROR_BYTES];
};

/* Whether an end entity that is itself in a store is trusted for that. */
enum store_end_entities {
    STORE_END_ENTITIES_NO = 0, /* no: its certificates are issuers */
    STORE_END_ENTITIES_YES,    /* yes, and they are issuers, too */
    STORE_END_ENTITIES_ONLY,   /* yes, and they never count as issuers */
};

/* The limits that a trust section puts on all anchors of its store. Borrowed until store_set_limits
 * copies them. */
struct store_limits {
    enum store_end_entities end_entities;
    struct constraints_options names; /* the budget in it is not used */
    bool distrusted;                  /* whether distrust_after holds */
    int64_t distrust_after;           /* seconds; end entities with a later notBefore are refused */
    unsigned max_lifetime_days;       /* the longest validity of an end entity; 0 for any */
    unsigned profile;                 /* enum profile of paths to its anchors; 0: none of its own */
};

/* Makes an empty store; the name is copied. `is_lasting` is false for a store that serves one
 * question only: nothing of its paths is cached. 0 or -ENOMEM. */
int store_new(struct store **storep, const char *name, bool is_lasting);

/* Frees it; takes NULL. Returns NULL. */
struct store *store_free(struct store *store);

const char *store_name(const struct store *store);
bool store_is_lasting(const struct store *store);
size_t store_n_anchors(const struct store *store);
/* How many certificates of the system's store were left out, and counting one more. */
size_t store_n_left_out(const struct store *store);
void store_leave_out(struct store *store);

/* Copies the limits and replaces earlier ones. 0 or -ENOMEM. */
int store_set_limits(struct store *store, const struct store_limits *limits);
const struct store_limits *store_limits(const struct store *store);

/* Adds a copy of one certificate, unless the store has it already. 0, STORE_FULL, -ENOMEM, or
 * STORE_INVALID, and *faultp is an enum outline_fault then. */
int store_add(struct store *store, const uint8_t *der, size_t len, int *faultp);

/*
 * Adds the certificates of a file (PEM with any number of certificates, or one in DER) or of a
 * directory. In a directory, files are read whose names end in .pem, .crt, .cer or .der, or in a
 * dot and a number as c_rehash writes them; subdirectories are not entered. PEM blocks that are not
 * certificates are passed over, but a TRUSTED CERTIFICATE is STORE_INVALID, since its trust
 * settings would be lost. Reads files, so only the supervisor calls it.
 *
 * 0; a positive outcome; -ENOMEM; or the -errno of the first file that cannot be read. Unless it is
 * 0, error->text says what failed and where, and the store must not serve.
 */
int store_load(struct store *store, const char *path, struct store_error *error);

/* The path of the system's store: the first that exists of the places where distributions keep it;
 * NULL if none does. */
const char *store_find_system(void);

/* Loads the system's store from `path`, as store_find_system returns it: -ENOENT for NULL, and the
 * store stays empty. A block that cannot be used is left out and counted, since only the
 * distribution could mend it. Otherwise as store_load, but with 0, error->text has the first that
 * was left out, if any. */
int store_load_system(struct store *store, const char *path, struct store_error *error);

/* A trust anchor. It lives as long as its store. */
struct anchor {
    struct outline outline;
    uint8_t der[]; /* the bytes that the outline borrows */
};

/*
 * The anchors whose subjects have this hash, *np of them; the subjects themselves may still differ.
 * NULL and 0 if there are none.
 */
const struct anchor *const *store_find(const struct store *store, uint64_t subject_hash,
                                       size_t *np);

/* All anchors, store_n_anchors of them, in no particular order. */
const struct anchor *const *store_anchors(const struct store *store);
