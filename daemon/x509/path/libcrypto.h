/* SPDX-License-Identifier: MIT */
#pragma once

/* Verification of one complete path by libcrypto: signatures, CA rules, policies and its floor of
 * algorithms. For the files of daemon/x509/path alone. */

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
        *path; /* the end entity first, the anchor last; at least two */
    size_t n;
};

/* The signatures that one question may still verify. */
struct libcrypto_budget {
    unsigned n_signatures;
    unsigned n_verified; /* out: signatures that were verified and not found in the cache */
    bool is_used_up;     /* out: a signature was refused for want of it */
};

/*
 * Makes libcrypto verify exactly this path, but for dates, names of hosts and revocation. Only its
 * anchor is trusted, each certificate has one possible issuer, and the chain that libcrypto returns
 * has to be the path. Every signature takes one off the budget, also one that the engine's cache
 * knows and that is not verified again: the answer must not depend on the cache.
 *
 * 0, and *outcomep is the answer; a fault is added where it is LIBCRYPTO_REFUSED. -ENOMEM or -EIO,
 * and *outcomep is LIBCRYPTO_REFUSED.
 */
int libcrypto_verify(struct path_engine *engine, const struct libcrypto_question *question,
                     struct libcrypto_budget *budget, enum libcrypto_outcome *outcomep,
                     struct fault_list *faults);

/* The X509_STORE of an engine. It holds no certificate, only the callbacks that tell libcrypto
 * which certificate issued which. The caller frees it; NULL where memory ran out. */
X509_STORE *libcrypto_verify_store_new(void);
