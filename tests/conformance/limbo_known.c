/* SPDX-License-Identifier: MIT */
#include "tests/conformance/limbo_known.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *id;
    const char *reason;
    bool webpki_alone; /* a conflict only if all cases are judged by profile webpki */
} conflicts[] = {
    {"webpki::cn::not-in-san",
     "a host in the common name that is no alternative name: other cases of the suite, such as "
     "webpki::san::leftmost-wildcard-san, expect such certificates to be accepted",
     false},
    {"rfc5280::nc::permitted-dns-match-noncritical",
     "the web allows name constraints that are not critical, RFC 5280 does not", true},
    {"rfc5280::eku::ee-without-eku",
     "the web wants an extended key usage in each end entity, RFC 5280 does not", true},
    {"rfc5280::aki::cross-signed-root-missing-aki",
     "the web takes an anchor that is cross-signed and names no authority key, RFC 5280 does not",
     true},
    {"pathlen::validation-ignores-pathlen-in-leaf",
     "the web takes no CA for an end entity, RFC 5280 does", true},
};

/*
 * Cases that are expected to be refused because of a name alone. With is_good_path, the path has to
 * be accepted; without it, profile webpki may refuse the path already, for the syntax of the name.
 */
static const struct {
    const char *id;
    bool is_good_path;
} about_names[] = {
    {"webpki::san::mismatch-domain-san", true},
    {"webpki::san::mismatch-subdomain-san", true},
    {"webpki::san::mismatch-subdomain-apex-san", true},
    {"webpki::san::mismatch-apex-subdomain-san", true},
    {"webpki::san::public-suffix-wildcard-san", true},
    {"webpki::san::public-suffix-private-namespace-wildcard-san", true},
    {"webpki::san::wildcard-match-across-labels-san", true},
    {"webpki::san::wildcard-embedded-leftmost-san", false},
    {"webpki::san::wildcard-not-in-leftmost-san", false},
    {"webpki::san::wildcard-embedded-ulabel-san", false},
    {"webpki::san::unicode-emoji-san", false},
    {"webpki::san::san-wildcard-only", false},
    {"webpki::san::san-wildcard-only-tld", false},
};

const char *limbo_known_conflict(const char *id, bool webpki_alone)
{
    for (size_t i = 0; i < sizeof(conflicts) / sizeof(*conflicts); i++) {
        if (strcmp(conflicts[i].id, id) == 0 && (webpki_alone || !conflicts[i].webpki_alone))
            return conflicts[i].reason;
    }
    return NULL;
}

bool limbo_is_about_names(const char *id, bool *is_good_pathp)
{
    *is_good_pathp = false;
    for (size_t i = 0; i < sizeof(about_names) / sizeof(*about_names); i++) {
        if (strcmp(about_names[i].id, id) != 0)
            continue;
        *is_good_pathp = about_names[i].is_good_path;
        return true;
    }
    return false;
}
