/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The rule sets, one by one: what each says of a single name, before anything tightens it. For
 * match.c alone. The reference is a name, but for set_python_3_5_name it may be an address too.
 */

#include "daemon/identity/match.h"

/* RFC 9525 section 6.3, public suffixes apart. `name` is a reference's, judged and in lower case.
 */
enum miss set_rfc9525_name(const uint8_t *name, size_t len, const struct identity *presented);

/*
 * X509_check_host, for a dNSName and for a common name alike. `partial` is whether a star may be a
 * part of a label, at its start or end: without, it is the flag 0x4.
 */
enum miss set_openssl_name(const struct reference *reference, const struct identity *presented,
                           bool partial);

/* match_hostname() of Python 3.5 and 3.6: its rule for names. MISS_WILDCARD_SEVERAL is its fault.
 */
enum miss set_python_3_5_name(const struct reference *reference, const struct identity *presented);
