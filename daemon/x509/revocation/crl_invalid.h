/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The bytes are not exactly one CRL in DER of version 1 or 2 with thisUpdate and nextUpdate in the
 * encodings of RFC 5280 sections 5.1.2.4 and 5.1.2.5; or a limit of revocation_limits.h is
 * exceeded. The caller has to report it and not to ignore it, since the CRL might be the one that
 * revokes.
 */
#define CRL_INVALID 1
