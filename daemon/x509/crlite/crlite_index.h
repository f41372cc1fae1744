/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The index of a folder of filters, as upki writes it: the names of the filters that belong
 * together, and what each covers. Only the names are used, since a filter says itself what it
 * covers.
 */

#include "base/bytes.h"
#include "daemon/x509/crlite/crlite_filter.h"

/* The names of an index. */
struct crlite_index {
    char names[CRLITE_FILTERS_COUNT][CRLITE_NAME_BYTES + 1];
    size_t n_names;
};

/*
 * Reads an index of version "upkiidx0" or "upkiidx1". Every octet is checked. Each name consists of
 * letters, digits, dots, underscores and hyphens, and is neither "." nor "..", so that it is a file
 * in the index's folder.
 *
 * Returns 0; or CRLITE_INVALID, and *whyp says what is wrong, as the end of a sentence (static).
 */
int crlite_index_read(struct crlite_index *index, struct bytes bytes, const char **whyp);
