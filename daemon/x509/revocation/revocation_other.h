/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Certificates that are not part of the path, whose keys may have signed CRLs. Only for the files
 * of daemon/x509.
 */

#include <stdbool.h>

#include "daemon/x509/parse/outline.h"

/* A certificate that was presented, or an anchor. Nothing in it is trusted yet. */
struct revocation_other {
    const struct outline *outline; /* borrowed */
    bool is_anchor; /* the certificate is an anchor in a trust store of the question */
};
