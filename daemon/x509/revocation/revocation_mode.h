/* SPDX-License-Identifier: MIT */
#pragma once

/* How much is to be known about revocation, and how much is. */

enum revocation_mode {
    REVOCATION_OFF = 1,      /* nothing is looked at, must-staple neither */
    REVOCATION_IF_KNOWN = 2, /* revoked and unusable refuse; stale and unknown are tolerated */
    REVOCATION_REQUIRED = 3  /* each certificate but the anchor has to be good */
};

/* Zero refuses. */
enum revocation_outcome {
    REVOCATION_REFUSED = 0,
    REVOCATION_SKIPPED = 0x1b6d38e4, /* the mode was off */
    REVOCATION_PASSED = 0x64c2971d   /* looked at, and nothing against it in this mode */
};

enum revocation_state {
    REVOCATION_UNKNOWN = 0,
    REVOCATION_STALE = 1,
    REVOCATION_UNUSABLE = 2,
    REVOCATION_REVOKED = 3,
    REVOCATION_GOOD = 0x2e95d30b
};

struct revocation_status {
    enum revocation_state state;
    const char *why; /* the code of a fault, raised or tolerated; static; NULL if good */
};
