/* SPDX-License-Identifier: MIT */
#include "tests/conformance/limbo_known.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *id;
    bool webpki_alone; /* only where no case is judged by rfc5280 */
    const char *reason;
} conflicts[] = {
    {"rfc5280::nc::permitted-dns-match-noncritical", true,
     "the web allows name constraints that are not critical, RFC 5280 does not"},
};

static const char *const about_names[] = {
    "webpki::cn::case-mismatch",
};

const char *limbo_known_conflict(const char *id, bool webpki_alone)
{
    for (size_t i = 0; i < sizeof(conflicts) / sizeof(*conflicts); i++) {
        if (strcmp(conflicts[i].id, id) == 0 && (webpki_alone || !conflicts[i].webpki_alone))
            return conflicts[i].reason;
    }
    return NULL;
}

bool limbo_is_about_names(const char *id)
{
    for (size_t i = 0; i < sizeof(about_names) / sizeof(*about_names); i++) {
        if (strcmp(about_names[i], id) == 0)
            return true;
    }
    return false;
}
