/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Trust stores: named sets of anchors, each kept as DER beside its outline and found by its name.
 * No anchor is parsed before a path needs it, and the store does not change once it serves. An
 * empty store anchors nothing.
 *
 * An anchor is trusted as what it is, self-signed or not.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/parse/outline.h"
#include "daemon/x509/path/constraints.h"

struct store;

/* Positive outcomes of loading. */
#define STORE_INVALID                                                                              \
    1 /* not a certificate, or one that a path cannot use: store_error says more */
#define STORE_FULL    2 /* over STORE_ANCHORS_COUNT */
#define STORE_NOTHING 3 /* a file or a directory without a certificate */

/* A part of a path or of what lies behind it, for a person. */
#define STORE_ERROR_BYTES 512

/* What went wrong: one line of UTF-8, "path: what" or "path:line: what". */
struct store_error {
    char text[STORE_ERROR_BYTES];
};

/* What is put on all anchors of a store from outside. Borrowed until it is copied. */
struct store_limits {
    struct constraints_options names; /* as in constraints.h; the budget is not looked at */
    bool distrusted;                  /* whether distrust_after holds */
    int64_t distrust_after;     /* end entities whose notBefore is later are not trusted; seconds */
    unsigned max_lifetime_days; /* of the end entity; 0 for any */
};

/* 0 or -ENOMEM. The name is copied; `is_lasting` unless the store ends with one question, whose
 * paths leave nothing in memory then. */
int store_new(struct store **storep, const char *name, bool is_lasting);

/* Frees it; takes NULL. Returns NULL. */
struct store *store_free(struct store *store);

const char *store_name(const struct store *store);
bool store_is_lasting(const struct store *store);
size_t store_n_anchors(const struct store *store);
/* Of the system's: what was left out. */
size_t store_n_left_out(const struct store *store);
void store_leave_out(struct store *store);

/* Copies them in place of what was there. 0 or -ENOMEM. */
int store_set_limits(struct store *store, const struct store_limits *limits);
const struct store_limits *store_limits(const struct store *store);

/* Adds a copy of one certificate; one that is there already is left as it is. 0, STORE_FULL,
 * -ENOMEM, or STORE_INVALID and *faultp is an enum outline_fault. */
int store_add(struct store *store, const uint8_t *der, size_t len, int *faultp);

/*
 * Adds the certificates of a file: PEM with any number of them, or one in DER. Of a directory: of
 * the files in it whose names end in .pem, .crt, .cer or .der, or in a dot and a number as
 * c_rehash makes them; others are left alone, and so are its directories. Blocks other than
 * certificates are passed over, but one with trust settings (TRUSTED CERTIFICATE) is STORE_INVALID,
 * since those would be lost. Reads files: for the supervisor.
 *
 * 0, a positive outcome, -ENOMEM, or another -errno of the first file that cannot be read; if it
 * is not 0, error->text says what and where, and the store must not serve.
 */
int store_load(struct store *store, const char *path, struct store_error *error);

/* Where distributions keep the system's: the first place that there is, or NULL. */
const char *store_find_system(void);

/* The same of the system's: the first there is of the places where distributions keep it. -ENOENT
 * where there is none, and the store stays empty. A certificate that no path can use is left out
 * there and counted: nobody but the distribution could mend it. */
int store_load_system(struct store *store, struct store_error *error);

/* One anchor; it lives as long as the store. */
struct anchor {
    struct outline outline;
    uint8_t der[]; /* what the outline borrows */
};

/*
 * The anchors whose subjects have that hash, *np of them: they may still have other names. NULL and
 * 0 if there are none.
 */
const struct anchor *const *store_find(const struct store *store, uint64_t subject_hash,
                                       size_t *np);

/* All anchors, in no order that means anything, store_n_anchors of them. */
const struct anchor *const *store_anchors(const struct store *store);
