/* SPDX-License-Identifier: MIT */
#pragma once

/* The rules of the profiles, as rows; for profile*.c alone. */

#include <stddef.h>

#include "daemon/x509/parse/facts.h"
#include "daemon/x509/path/profile.h"

/* Which certificates of a path a rule is for, or'ed. */
enum place {
    PLACE_LEAF = 1 << 0,
    PLACE_INTERMEDIATE = 1 << 1,
    PLACE_ANCHOR = 1 << 2,        /* only where anchors are judged */
    PLACE_ANCHOR_ALWAYS = 1 << 3, /* even where they are taken as they are */
    PLACE_CA = PLACE_INTERMEDIATE | PLACE_ANCHOR,
    PLACE_ANY = PLACE_LEAF | PLACE_CA,
    PLACE_EVERY = PLACE_ANY | PLACE_ANCHOR_ALWAYS,
};

struct rule {
    const char *code;
    int verify_code;
    unsigned places;
    unsigned profiles;
    unsigned purposes;
    bool (*broken)(const struct facts *facts);
    const char *sentence;
};

/* All rules, in the order in which their faults are told. */
const struct rule *profile_rules(size_t *np);

/* Whether the subjectAltName holds a name that is not written as RFC 5280 section 4.2.1.6 says: a
 * dNSName in preferred syntax (a star as the first label apart), an iPAddress of 4 or 16 octets. */
bool profile_dns_bad(const struct facts *facts);
bool profile_ip_bad(const struct facts *facts);

/* Whether a commonName looks like a host and is no exact copy of one in the subjectAltName, the
 * Baseline Requirements' section 7.1.4.3. A plain domain name or address that is not in there
 * at all is let pass: nobody takes it for an identity. */
bool profile_common_name_bad(const struct facts *facts);
