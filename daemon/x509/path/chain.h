/* SPDX-License-Identifier: MIT */
#pragma once

/* libcrypto's word on one path, for the files of daemon/x509 alone. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/x509/parse/fault.h"
#include "daemon/x509/path/engine.h"
#include "daemon/x509/path/member.h"

/* Zero refuses; compared with ==. */
enum chain_outcome {
    CHAIN_REFUSED = 0,
    CHAIN_VERIFIED = 0x3d91,
};

struct chain_question {
    struct member *const *path; /* the end entity first, the anchor last; at least two */
    size_t n;
};

/*
 * Has libcrypto verify exactly this path, without dates, names of hosts and revocation: its anchor
 * is all that is trusted, each certificate has one possible issuer, and the chain that comes out
 * must be the path. Signatures among remembered certificates are not verified again; each of the
 * others takes one off *n_signaturesp.
 *
 * 0: *outcomep says, and a refusal has a fault. -ENOMEM or -EIO.
 */
int chain_verify(struct path_engine *engine, const struct chain_question *question,
                 unsigned *n_signaturesp, enum chain_outcome *outcomep, struct fault_list *faults);

/* How libcrypto is to link certificates; an X509_STORE of path_engine. NULL where there is no
 * memory. */
X509_STORE *chain_links_new(void);
