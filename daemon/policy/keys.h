/* SPDX-License-Identifier: MIT */
#pragma once

/* Which sections there are, and which keys stand in which of them. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/limits.h"

enum draft_kind {
    DRAFT_DEFAULTS = 0,
    DRAFT_TRUST,
    DRAFT_PINSET,
    DRAFT_DENY,
    DRAFT_DOMAIN,
    DRAFT_CLIENT,
    DRAFT_LIMITS,
    DRAFT_RECORD,
    DRAFT_METRICS,
    DRAFT_KINDS,
};

/* In the order in which they are named to a person and printed. */
enum draft_key {
    DRAFT_SUBDOMAINS = 0,
    DRAFT_RULES,
    DRAFT_COMMON_NAME,
    DRAFT_WILDCARDS,
    DRAFT_WILDCARDS_REPORT,
    DRAFT_PUBLIC_SUFFIX_WILDCARDS,
    DRAFT_PUBLIC_SUFFIX_WILDCARDS_REPORT,
    DRAFT_RULES_REPORT,
    DRAFT_PINSET_NAME,
    DRAFT_EXEMPT,
    DRAFT_UID,
    DRAFT_GID,
    DRAFT_PATH,
    DRAFT_TRUST_NAMES,
    DRAFT_TRUST_NAMES_REPORT,
    DRAFT_CERTIFICATES,
    DRAFT_CERTIFICATES_REPORT,
    DRAFT_ANCHORS,
    DRAFT_ANCHORS_REPORT,
    DRAFT_REVOCATION,
    DRAFT_REVOCATION_REPORT,
    DRAFT_MAX_DEPTH,
    DRAFT_MAX_DEPTH_REPORT,
    DRAFT_REQUEST_TIME,
    DRAFT_REQUEST_ANCHORS,
    DRAFT_SETTINGS, /* how many of the above there are: a settings' bits */

    DRAFT_FILE = DRAFT_SETTINGS,
    DRAFT_DIRECTORY,
    DRAFT_CRLS,
    DRAFT_PERMITTED_DNS,
    DRAFT_EXCLUDED_DNS,
    DRAFT_PERMITTED_IP,
    DRAFT_EXCLUDED_IP,
    DRAFT_DISTRUST_AFTER,
    DRAFT_MAX_LIFETIME_DAYS,

    DRAFT_MODE,
    DRAFT_SCOPE,
    DRAFT_SPKI,
    DRAFT_BAD_SPKI,
    DRAFT_NOT_BEFORE,
    DRAFT_EXPIRES,
    DRAFT_ON_EXPIRY,
    DRAFT_WARN_DAYS,
    DRAFT_LOCAL_ANCHORS,

    DRAFT_NAMES,
    DRAFT_DENIED_SPKI,
    DRAFT_ISSUER_SPKI,
    DRAFT_ISSUER,
    DRAFT_SERIALS,

/* clang-format off */
#define DRAFT_LIMIT(NAME, field, key, unit, built_in, least, most, zero) DRAFT_##NAME,
    LIMITS_TABLE(DRAFT_LIMIT)
#undef DRAFT_LIMIT
    /* clang-format on */

    DRAFT_RECORD_FILE,
    DRAFT_SAMPLE,
    DRAFT_MAX_BYTES,

    DRAFT_SOCKET,
    DRAFT_KEYS,
};

struct policy_section_kind {
    const char *name;
    bool has_title;
    size_t n_max;
};

struct policy_key {
    const char *name;
    unsigned kinds; /* bits: 1 << enum draft_kind */
    size_t n_max;   /* values of a list; 0: one value and no list */
};

extern const struct policy_section_kind policy_section_kinds[DRAFT_KINDS];
extern const struct policy_key policy_keys[DRAFT_KEYS];

/* Whether a key stands in sections of that kind. */
bool policy_key_stands_in(enum draft_key key, enum draft_kind kind);

/* The key of that name in sections of that kind, or DRAFT_KEYS. */
enum draft_key policy_key_find(enum draft_kind kind, const char *name);
