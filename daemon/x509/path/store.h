/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Trust stores: named sets of trust anchors, which are found by their subjects. An anchor is kept
 * as DER with its outline, and is parsed when a path first needs it. A store does not change once
 * it is used. An empty store anchors nothing. An anchor is trusted whether it is self-signed or
 * not.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/parse/outline.h"
#include "daemon/x509/path/constraints_options.h"

struct store;

/* Positive results of loading. */
#define STORE_INVALID 1 /* not a certificate that a path can use; store_error says why */
#define STORE_FULL    2 /* more anchors than STORE_ANCHORS_COUNT */
#define STORE_NOTHING 3 /* the file or directory contains no certificate */

#define STORE_ERROR_BYTES 512

/* Why loading failed, as a sentence: one line of UTF-8, "path: what" or "path:line: what". */
struct store_error {
    char text[STORE_ERROR_BYTES];
};

/* Whether an end entity is trusted because its own certificate is in the store. */
enum store_end_entities {
    STORE_END_ENTITIES_NO = 0, /* no; the certificates of the store are only issuers */
    STORE_END_ENTITIES_YES,    /* yes, and the certificates of the store are issuers too */
    STORE_END_ENTITIES_ONLY,   /* yes, and the certificates of the store are never issuers */
};

/*
 * The limits that a trust section puts on all anchors of its store. Pointers are borrowed until
 * store_set_limits copies what they point to.
 */
struct store_limits {
    enum store_end_entities end_entities;
    struct constraints_options names; /* name constraints; the budget in them is not used */
    bool distrusted;                  /* distrust_after applies */
    int64_t distrust_after;     /* end entities whose notBefore is later than this, in seconds, are
                                   refused */
    unsigned max_lifetime_days; /* the longest validity of an end entity in days; 0: any */
    bool has_web_lifetime; /* the lifetime is bounded by the schedule of the public web (profile.h)
                            */
    /* the enum profile for paths to its anchors; 0: the store has none of its own */
    unsigned profile;
};

/*
 * Makes an empty store; the name is copied. `is_lasting` is false for a store that exists for one
 * question only: nothing of paths to its anchors is cached. Returns 0 or -ENOMEM.
 */
int store_new(struct store **storep, const char *name, bool is_lasting);

/* Frees a store; takes NULL. Returns NULL. */
struct store *store_free(struct store *store);

const char *store_name(const struct store *store);
bool store_is_lasting(const struct store *store);
size_t store_n_anchors(const struct store *store);
/*
 * store_n_left_out returns how many blocks of the store's files were left out; store_leave_out adds
 * one to that number.
 */
size_t store_n_left_out(const struct store *store);
void store_leave_out(struct store *store);

/* Copies the limits, which replace earlier ones. Returns 0 or -ENOMEM. */
int store_set_limits(struct store *store, const struct store_limits *limits);
const struct store_limits *store_limits(const struct store *store);

/*
 * Adds a copy of one certificate, unless the store has it already. Returns 0; STORE_FULL;
 * STORE_INVALID, and *faultp is an enum outline_fault; or -ENOMEM.
 */
int store_add(struct store *store, const uint8_t *der, size_t len, int *faultp);

/*
 * Adds the certificates of a file (PEM with any number of certificates, or one in DER) or of a
 * directory. In a directory, those files are read whose names end in .pem, .crt, .cer or .der, or
 * in a dot and a number as c_rehash writes them; subdirectories are not entered. PEM blocks that
 * are not certificates are skipped, but a TRUSTED CERTIFICATE gives STORE_INVALID, since its trust
 * settings would be lost. Reads files, so it is called only before a process is confined.
 *
 * An indented block is passed over and counted. Returns 0, and error->text names the first block
 * that was passed over, if any; a positive result of those above; -ENOMEM; or the -errno of the
 * first file that cannot be read. Unless 0 is returned, error->text says what failed and where, and
 * the store must not be used.
 */
int store_load(struct store *store, const char *path, struct store_error *error);

/*
 * Returns the path of the system's store: the first that exists of the places in which
 * distributions keep it; NULL if none exists.
 */
const char *store_find_system(void);

/*
 * Loads the system's store from `path`, as store_find_system returns it. If `path` is NULL, returns
 * -ENOENT, and the store stays empty. A certificate that cannot be used is left out and counted,
 * since only the distribution could correct it; error->text then has the first one even if 0 is
 * returned. Apart from that it does and returns what store_load does.
 */
int store_load_system(struct store *store, const char *path, struct store_error *error);

/* A trust anchor. It lives as long as its store. */
struct anchor {
    struct outline outline;
    uint8_t der[]; /* the bytes that the outline points into */
};

/*
 * Returns the anchors whose subjects have this hash, *np of them; the subjects themselves may still
 * differ. Returns NULL and sets *np to 0 if there are none.
 */
const struct anchor *const *store_find(const struct store *store, uint64_t subject_hash,
                                       size_t *np);

/* Returns all anchors, store_n_anchors of them, in no particular order. */
const struct anchor *const *store_anchors(const struct store *store);
