/* SPDX-License-Identifier: MIT */
#pragma once

/* The demands about revocation, and the findings. */

enum revocation_mode {
    REVOCATION_OFF = 1, /* nothing is checked; must-staple is ignored too */
    /* "revoked" and "unusable" are refused; "stale" and "unknown" are tolerated */
    REVOCATION_IF_KNOWN = 2,
    REVOCATION_REQUIRED = 3 /* each certificate except the anchor has to be "good" */
};

/* The result for a path. Compare with ==; zero refuses. */
enum revocation_outcome {
    REVOCATION_REFUSED = 0,
    REVOCATION_SKIPPED = 0x1b6d38e4, /* the mode was REVOCATION_OFF */
    REVOCATION_PASSED = 0x64c2971d   /* checked, and the mode refuses no certificate */
};

/* The state of a certificate (revocation.h). Zero is not good. */
enum revocation_state {
    REVOCATION_UNKNOWN = 0,
    REVOCATION_STALE = 1,
    REVOCATION_UNUSABLE = 2,
    REVOCATION_REVOKED = 3,
    REVOCATION_GOOD = 0x2e95d30b
};

struct revocation_status {
    enum revocation_state state;
    const char *why; /* the code of the fault that was added or tolerated; static; NULL if the state
                        is good */
};
