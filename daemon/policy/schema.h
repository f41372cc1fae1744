/* SPDX-License-Identifier: MIT */
#pragma once

/* The kinds of sections, and the keys that each of them may have. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/limits.h"

enum policy_section_kind {
    POLICY_SECTION_DEFAULTS = 0,
    POLICY_SECTION_TRUST,
    POLICY_SECTION_PINSET,
    POLICY_SECTION_DENY,
    POLICY_SECTION_DOMAIN,
    POLICY_SECTION_CLIENT,
    POLICY_SECTION_LIMITS,
    POLICY_SECTION_RECORD,
    POLICY_SECTION_METRICS,
    POLICY_SECTION_LISTEN,
    POLICY_SECTION_KINDS_COUNT,
};

/* The keys, in the order in which they are printed and listed in error messages. */
enum policy_key {
    POLICY_KEY_SUBDOMAINS = 0,
    POLICY_KEY_RULES,
    POLICY_KEY_COMMON_NAME,
    POLICY_KEY_WILDCARDS,
    POLICY_KEY_WILDCARDS_REPORT,
    POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS,
    POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS_REPORT,
    POLICY_KEY_RULES_REPORT,
    POLICY_KEY_PINSET_NAME,
    POLICY_KEY_EXEMPT,
    POLICY_KEY_UID,
    POLICY_KEY_GID,
    POLICY_KEY_PATH,
    POLICY_KEY_TRUST_NAMES,
    POLICY_KEY_TRUST_NAMES_REPORT,
    POLICY_KEY_CERTIFICATES,
    POLICY_KEY_CERTIFICATES_REPORT,
    POLICY_KEY_ANCHORS,
    POLICY_KEY_ANCHORS_REPORT,
    POLICY_KEY_REVOCATION,
    POLICY_KEY_REVOCATION_REPORT,
    POLICY_KEY_MAX_DEPTH,
    POLICY_KEY_MAX_DEPTH_REPORT,
    POLICY_KEY_CLOCK_SKEW,
    POLICY_KEY_OCSP_MAX_AGE,
    POLICY_KEY_REQUEST_TIME,
    POLICY_KEY_REQUEST_ANCHORS,
    POLICY_KEY_SETTINGS_COUNT, /* the number of the keys before this line, which struct
                                  policy_settings holds */

    POLICY_KEY_FILE = POLICY_KEY_SETTINGS_COUNT,
    POLICY_KEY_DIRECTORY,
    POLICY_KEY_CRLS,
    POLICY_KEY_CRLITE,
    POLICY_KEY_CRLITE_OWNER,
    POLICY_KEY_PERMITTED_DNS,
    POLICY_KEY_EXCLUDED_DNS,
    POLICY_KEY_PERMITTED_IP,
    POLICY_KEY_EXCLUDED_IP,
    POLICY_KEY_DISTRUST_AFTER,
    POLICY_KEY_MAX_LIFETIME_DAYS,
    POLICY_KEY_END_ENTITIES,

    POLICY_KEY_MODE,
    POLICY_KEY_SCOPE,
    POLICY_KEY_SPKI,
    POLICY_KEY_BAD_SPKI,
    POLICY_KEY_NOT_BEFORE,
    POLICY_KEY_EXPIRES,
    POLICY_KEY_ON_EXPIRY,
    POLICY_KEY_WARN_DAYS,
    POLICY_KEY_LOCAL_ANCHORS,

    POLICY_KEY_NAMES,
    POLICY_KEY_DENIED_SPKI,
    POLICY_KEY_ISSUER_SPKI,
    POLICY_KEY_ISSUER,
    POLICY_KEY_SERIALS,

/* clang-format off */
#define POLICY_KEY_LIMIT(NAME, field, key, unit, built_in, least, most, zero) POLICY_KEY_##NAME,
    LIMITS_TABLE(POLICY_KEY_LIMIT)
#undef POLICY_KEY_LIMIT
    /* clang-format on */

    POLICY_KEY_ACCOUNT_BLOCKS,

    POLICY_KEY_RECORD_FILE,
    POLICY_KEY_SAMPLE,
    POLICY_KEY_MAX_BYTES,

    POLICY_KEY_SOCKET,

    POLICY_KEY_LISTEN_PATH,
    POLICY_KEY_LISTEN_MODE,
    POLICY_KEY_CLIENT_SOCKET,
    POLICY_KEYS_COUNT,
};

struct policy_section_schema {
    const char *name;
    bool has_title;
    size_t n_max;
};

struct policy_key_schema {
    const char *name;
    unsigned kinds; /* bit 1 << kind for each enum policy_section_kind that may have the key */
    size_t n_max;   /* the most values of a list; 0: the key takes one value and no list */
};

extern const struct policy_section_schema policy_section_schemas[POLICY_SECTION_KINDS_COUNT];
extern const struct policy_key_schema policy_key_schemas[POLICY_KEYS_COUNT];

/* Returns whether sections of that kind may have the key. */
bool policy_key_stands_in(enum policy_key key, enum policy_section_kind kind);

/* Returns the key of that name in sections of that kind, or POLICY_KEYS_COUNT. */
enum policy_key policy_key_find(enum policy_section_kind kind, const char *name);
