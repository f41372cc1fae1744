/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Sets of certificate revocation lists (RFC 5280 section 5), which are parsed once and found by
 * their issuer's name. One thread fills a set; afterwards it is only read, except that verified
 * signatures are remembered in it.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/parse/context.h"
#include "daemon/x509/revocation/crl_invalid.h"

struct crl_set;

/*
 * Makes an empty set; *setp is the caller's. `context` is borrowed and has to outlive the set.
 * Returns 0 or -ENOMEM.
 */
int crl_set_new(struct crl_set **setp, const struct x509_context *context);

/* Frees the set and its CRLs; `set` may be NULL. Returns NULL. */
struct crl_set *crl_set_free(struct crl_set *set);

/*
 * Adds a copy of a CRL from a request, `len` bytes of DER, if it is within the limits for requests
 * (revocation_limits.h). Signature, dates and extensions are checked later, together with the
 * issuer. A CRL that is already in the set is not added again.
 *
 * Returns 0, CRL_INVALID, or -ENOMEM.
 */
int crl_set_add_request_der(struct crl_set *set, const uint8_t *der, size_t len);

/*
 * Adds a copy of a CRL from the administrator, `len` bytes of DER, if it is within the limits for
 * files. Apart from the limits this does and returns what crl_set_add_request_der does.
 */
int crl_set_add_configured_der(struct crl_set *set, const uint8_t *der, size_t len);

/*
 * Adds the CRLs of a file: one in DER, or any number in PEM (other PEM blocks are skipped, but at
 * least one must be a CRL). If `path` is a directory, adds the CRLs of each file in it whose name
 * ends in .crl, .pem, .der, or .r and a number, and does not begin with a dot. An unusable
 * file in a directory is left out and counted (crl_set_n_left_out). Subdirectories are
 * not entered. Only for paths from the administrator, in a process that may open files.
 *
 * Returns 0; CRL_INVALID; or -ENOMEM or another -errno if the path cannot be read. Unless 0 is
 * returned, crl_set_problem says what is wrong, and the set may be incomplete and has to be freed.
 */
int crl_set_load_path(struct crl_set *set, const char *path);

/* Returns the number of files in directories that could not be used and were left out. */
size_t crl_set_n_left_out(const struct crl_set *set);

/*
 * Returns what is wrong with the first file that was left out, as a sentence; "" if none was. The
 * text lives as long as the set.
 */
const char *crl_set_left_out(const struct crl_set *set);

/*
 * Returns what is wrong with the path that was loaded last, as a sentence; "" if nothing is. The
 * text lives as long as the set.
 */
const char *crl_set_problem(const struct crl_set *set);

/*
 * Does what crl_set_add_configured_der does, for a CRL from a file that messages call `origin`; the
 * text is copied.
 */
int crl_set_load_from(struct crl_set *set, const uint8_t *der, size_t len, const char *origin);

/*
 * Return CRL number i, below crl_set_count, as DER, and its origin; both live as long as the set.
 */
struct bytes crl_set_der(const struct crl_set *set, size_t i);
const char *crl_set_origin(const struct crl_set *set, size_t i);

/* Returns the number of CRLs in the set. */
size_t crl_set_count(const struct crl_set *set);
