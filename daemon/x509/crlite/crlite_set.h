/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The filters of one folder, which are asked together. A set holds copies of the files in anonymous
 * memory that is read-only once a filter was read, so that nobody can change afterwards what was
 * checked, and forked processes share it. One thread fills a set; afterwards it is only read.
 */

#include <stdbool.h>

#include "daemon/x509/crlite/crlite_filter.h"

/* The size of a text about a folder that cannot be used. */
#define CRLITE_PROBLEM_BYTES 512

struct crlite_set;

/* Makes an empty set; the caller owns one reference to *setp. Returns 0 or -ENOMEM. */
int crlite_set_new(struct crlite_set **setp);

/*
 * Makes a set of the filters that the index in a folder names; *setp is the caller's. If a filter
 * is missing, the index is read again, since the folder may just have been renewed. Only for paths
 * from the administrator, in a process that may open files.
 *
 * Returns 0; CRLITE_INVALID; or -ENOMEM or another -errno if a file cannot be read. Unless 0 is
 * returned, `problem` has the file and what is wrong with it, or is empty if memory ran out.
 */
int crlite_set_load(struct crlite_set **setp, const char *path,
                    char problem[static CRLITE_PROBLEM_BYTES]);

/* Adds one reference. Returns the set. */
struct crlite_set *crlite_set_ref(struct crlite_set *set);

/* Drops one reference, and frees the set if it was the last one; takes NULL. Returns NULL. */
struct crlite_set *crlite_set_unref(struct crlite_set *set);

/*
 * Adds a copy of a filter under the name of its file, which has at most CRLITE_NAME_BYTES.
 *
 * Returns 0; CRLITE_INVALID, and *whyp says what is wrong, as the end of a sentence (static); or
 * -ENOMEM. Unless 0 is returned, the set is as before.
 */
int crlite_set_add(struct crlite_set *set, const char *name, struct bytes bytes, const char **whyp);

/* Returns the number of filters. */
size_t crlite_set_count(const struct crlite_set *set);

/* Return the name and the bytes of filter i, below the count; both live as long as the set. */
const char *crlite_set_name(const struct crlite_set *set, size_t i);
struct bytes crlite_set_bytes(const struct crlite_set *set, size_t i);

/* Returns whether both sets have the same filters, byte for byte, under the same names. */
bool crlite_set_equal(const struct crlite_set *a, const struct crlite_set *b);

/*
 * Returns what the filters say together about a certificate: that it is revoked if one of them says
 * so; otherwise that it is good if one says so; otherwise whether one knows its issuer. An empty
 * set covers nothing.
 */
enum crlite_answer crlite_set_ask(const struct crlite_set *set,
                                  const struct crlite_subject *subject);

/*
 * Returns up to when the data reaches: the latest end of a coverage, in ms since 1970. Ends later
 * than `now_ms` do not count; *nextp is the earliest of them, UINT64_MAX if there is none. Returns
 * 0 if no end counts.
 */
uint64_t crlite_set_as_of(const struct crlite_set *set, uint64_t now_ms, uint64_t *nextp);
