/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Certificate revocation lists, RFC 5280 section 5, parsed once and found by their issuer's name.
 * A set is filled by one thread and then only read. What it remembers of verified signatures is no
 * part of its contents.
 */

#include <stddef.h>
#include <stdint.h>

#include "daemon/x509/parse/context.h"

struct crl_set;

/*
 * Not one CRL in DER of version 1 or 2, with thisUpdate and nextUpdate in the encodings of RFC 5280
 * sections 5.1.2.4 and 5.1.2.5; or larger, or one more, than `revocation_limits.h` says. Whoever
 * gave it has to hear of it: left out, it might have been the one that revokes.
 */
#define CRL_INVALID 1

/* An empty set that borrows `context`, which must outlive it. 0 or -ENOMEM. */
int crl_set_new(struct crl_set **setp, const struct x509_context *context);

/* Frees it; takes NULL. Returns NULL. */
struct crl_set *crl_set_free(struct crl_set *set);

/*
 * Adds a CRL of a request: `len` bytes of DER, which need not outlive the call. Signature, dates
 * and extensions are judged later, against its issuer. The same CRL twice is added once.
 *
 * 0; CRL_INVALID; -ENOMEM.
 */
int crl_set_add_der(struct crl_set *set, const uint8_t *der, size_t len);

/* The same with a file's limits, for what the administrator gives and not a request. */
int crl_set_load_der(struct crl_set *set, const uint8_t *der, size_t len);

/*
 * Adds what a file holds, one CRL in DER or any number in PEM (other PEM blocks are skipped, but
 * one must be a CRL), or each file of a directory: not those whose names begin with a dot, and no
 * directories in it. For trusted paths alone, by a process that may open files.
 *
 * 0; CRL_INVALID; -ENOMEM or another -errno where a file cannot be read. Except for 0
 * crl_set_problem says which file and why, and the set may hold a part and is to be freed.
 */
int crl_set_load_path(struct crl_set *set, const char *path);

/* What was wrong with the path that was loaded last, for a person; "" if nothing. It lives as long
 * as the set. */
const char *crl_set_problem(const struct crl_set *set);

/* How many CRLs there are in it. */
size_t crl_set_count(const struct crl_set *set);
