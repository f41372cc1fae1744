/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The tables of the profiles' rules. Only for profile*.c, and for the test that compares them with
 * the manual's table.
 */

#include <stddef.h>

#include "daemon/x509/parse/facts.h"
#include "daemon/x509/path/profile.h"

/* The certificates of a path to which a rule applies, as bits. */
enum place {
    PLACE_LEAF = 1 << 0,
    PLACE_INTERMEDIATE = 1 << 1,
    PLACE_ANCHOR = 1 << 2,        /* the anchor, if anchors are judged */
    PLACE_ANCHOR_ALWAYS = 1 << 3, /* the anchor, even if anchors are not judged */
    PLACE_DIRECT = 1 << 4,        /* an end entity that is trusted directly */
    PLACE_CA = PLACE_INTERMEDIATE | PLACE_ANCHOR,
    PLACE_ANY = PLACE_LEAF | PLACE_CA,
    PLACE_EVERY = PLACE_ANY | PLACE_ANCHOR_ALWAYS | PLACE_DIRECT,
};

/* Short names for the rows of the tables. */
#define STRICT     (PROFILE_WEBPKI | PROFILE_RFC5280)
#define EVERY      (PROFILE_WEBPKI | PROFILE_RFC5280 | PROFILE_COMPATIBLE)
#define WEBPKI     PROFILE_WEBPKI
#define RFC5280    PROFILE_RFC5280
#define COMPATIBLE PROFILE_COMPATIBLE
#define ANYBODY    (PURPOSE_SERVER | PURPOSE_CLIENT)
#define SERVER     PURPOSE_SERVER
#define CLIENT     PURPOSE_CLIENT
/* OpenSSL has no number for this fault. */
#define NO_CODE    X509_V_ERR_APPLICATION_VERIFICATION
#define EXTENSIONS X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION

struct rule {
    const char *code;
    int verify_code;
    unsigned places;
    unsigned profiles;
    unsigned purposes;
    bool (*broken)(const struct facts *facts);
    const char *sentence;
};

/* A part of the rules. All tables are static. */
struct rule_table {
    const struct rule *rules;
    size_t n;
};

/*
 * The parts: rules about the certificate, its key and signature; about CAs and key identifiers; and
 * about all other extensions.
 */
struct rule_table profile_rules_certificate(void);
struct rule_table profile_rules_authority(void);
struct rule_table profile_rules_extensions(void);

/*
 * Returns rule number `i` of all parts, in the order in which faults are reported; NULL after the
 * last one.
 */
const struct rule *profile_rule(size_t i);

/*
 * Return whether the subjectAltName has a name that is not written as RFC 5280 section 4.2.1.6
 * demands: a dNSName in preferred syntax, whose first label may be a star; an iPAddress of 4 or 16
 * octets.
 */
bool profile_dns_bad(const struct facts *facts);
bool profile_ip_bad(const struct facts *facts);

/*
 * Returns whether a commonName breaks section 7.1.4.3 of the Baseline Requirements: it is no exact
 * copy of a dNSName or an iPAddress, and it equals a dNSName but for case, contains an A-label,
 * may be read as a domain name with a U-label, or is an address in a form that is not canonical.
 * Any other name without a copy is allowed, since webpki never takes a common name for an identity.
 * A certificate without a subjectAltName breaks nothing here.
 */
bool profile_common_name_bad(const struct facts *facts);
