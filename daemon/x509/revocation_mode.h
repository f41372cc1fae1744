/* SPDX-License-Identifier: MIT */
#pragma once

/* How much is to be known about revocation. */

enum revocation_mode {
    REVOCATION_OFF = 1,      /* nothing is looked at, must-staple neither */
    REVOCATION_IF_KNOWN = 2, /* revoked and unusable refuse; stale and unknown are tolerated */
    REVOCATION_REQUIRED = 3  /* each certificate but the anchor has to be good */
};
