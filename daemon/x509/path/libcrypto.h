/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Verifies one complete path with libcrypto: signatures, CA rules, policies and libcrypto's
 * security level. Only for the files of daemon/x509/path.
 */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/x509/parse/fault.h"
#include "daemon/x509/path/engine.h"
#include "daemon/x509/path/parsed_certificate.h"

/* Zero refuses; the accepting value is compared with ==. */
enum libcrypto_outcome {
    LIBCRYPTO_REFUSED = 0,
    LIBCRYPTO_VERIFIED = 0x3d91,
};

struct libcrypto_question {
    struct parsed_certificate *const
        *path; /* the end entity first, the anchor last; at least two certificates */
    size_t n;
};

/* The signatures that may still be verified for one question. */
struct libcrypto_budget {
    unsigned n_signatures;
    unsigned n_verified; /* set by libcrypto_verify: the number of signatures that were verified
                            because they were not in the cache */
    bool is_used_up; /* set by libcrypto_verify: a signature was refused because none was left */
};

/*
 * Makes libcrypto verify exactly this path, except for dates, host names and revocation. Only its
 * anchor is trusted, each certificate has one possible issuer, and the chain that libcrypto returns
 * has to be the path. Every signature takes one off the budget, even one that is in the engine's
 * cache and not verified again: the answer must not depend on the cache.
 *
 * Returns 0 and *outcomep; if that is LIBCRYPTO_REFUSED, a fault is added. Returns -ENOMEM or -EIO
 * on failure, with *outcomep LIBCRYPTO_REFUSED.
 */
int libcrypto_verify(struct path_engine *engine, const struct libcrypto_question *question,
                     struct libcrypto_budget *budget, enum libcrypto_outcome *outcomep,
                     struct fault_list *faults);

/*
 * Makes the X509_STORE of an engine. It has no certificates, only the callbacks that tell libcrypto
 * which certificate issued which. The caller frees it. Returns NULL if memory ran out.
 */
X509_STORE *libcrypto_verify_store_new(void);
