/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Returned if the bytes are not exactly one CRL in DER, of version 1 or 2, with thisUpdate and
 * nextUpdate in the encodings of RFC 5280 sections 5.1.2.4 and 5.1.2.5, or if they exceed a limit
 * in revocation_limits.h. The caller has to report this and must not ignore the CRL, since it might
 * be the one that revokes.
 */
#define CRL_INVALID 1
