/* SPDX-License-Identifier: MIT */
#include "daemon/policy/keys.h"

#include <string.h>

#include "daemon/policy/policy.h"

#define IN(kind) (1u << (kind))
#define RULES    (IN(DRAFT_DEFAULTS) | IN(DRAFT_DOMAIN) | IN(DRAFT_CLIENT))
#define DOMAIN   IN(DRAFT_DOMAIN)
#define CLIENT   IN(DRAFT_CLIENT)
#define TRUST    IN(DRAFT_TRUST)
#define PINSET   IN(DRAFT_PINSET)
#define DENY     IN(DRAFT_DENY)
#define LIMITS   IN(DRAFT_LIMITS)
#define RECORD   IN(DRAFT_RECORD)
#define VALUES   POLICY_VALUES_COUNT

const struct policy_section_kind policy_section_kinds[DRAFT_KINDS] = {
    [DRAFT_DEFAULTS] = {"defaults", false, 1},
    /* "system" is there without a section */
    [DRAFT_TRUST] = {"trust", true, POLICY_TRUSTS_COUNT - 1},
    [DRAFT_PINSET] = {"pinset", true, POLICY_SECTIONS_COUNT},
    [DRAFT_DENY] = {"deny", true, POLICY_DENIES_COUNT},
    [DRAFT_DOMAIN] = {"domain", true, POLICY_SECTIONS_COUNT},
    [DRAFT_CLIENT] = {"client", true, POLICY_CLIENTS_COUNT},
    [DRAFT_LIMITS] = {"limits", false, 1},
    [DRAFT_RECORD] = {"record", false, 1},
    [DRAFT_METRICS] = {"metrics", false, 1},
};

const struct policy_key policy_keys[DRAFT_KEYS] = {
    [DRAFT_SUBDOMAINS] = {"subdomains", DOMAIN, 0},
    [DRAFT_RULES] = {"rules", RULES, 0},
    [DRAFT_COMMON_NAME] = {"common-name", RULES, 0},
    [DRAFT_WILDCARDS] = {"wildcards", RULES, 0},
    [DRAFT_WILDCARDS_REPORT] = {"wildcards-report", RULES, 0},
    [DRAFT_PUBLIC_SUFFIX_WILDCARDS] = {"public-suffix-wildcards", RULES, 0},
    [DRAFT_PUBLIC_SUFFIX_WILDCARDS_REPORT] = {"public-suffix-wildcards-report", RULES, 0},
    [DRAFT_RULES_REPORT] = {"rules-report", RULES, 0},
    [DRAFT_PINSET_NAME] = {"pinset", DOMAIN, 0},
    [DRAFT_EXEMPT] = {"exempt", DOMAIN, VALUES},
    [DRAFT_UID] = {"uid", CLIENT, VALUES},
    [DRAFT_GID] = {"gid", CLIENT, VALUES},
    [DRAFT_PATH] = {"path", RULES, 0},
    [DRAFT_TRUST_NAMES] = {"trust", RULES, POLICY_TRUSTS_COUNT},
    [DRAFT_TRUST_NAMES_REPORT] = {"trust-report", RULES, POLICY_TRUSTS_COUNT},
    [DRAFT_CERTIFICATES] = {"certificates", RULES, 0},
    [DRAFT_CERTIFICATES_REPORT] = {"certificates-report", RULES, 0},
    [DRAFT_ANCHORS] = {"anchors", RULES, 0},
    [DRAFT_ANCHORS_REPORT] = {"anchors-report", RULES, 0},
    [DRAFT_REVOCATION] = {"revocation", RULES, 0},
    [DRAFT_REVOCATION_REPORT] = {"revocation-report", RULES, 0},
    [DRAFT_MAX_DEPTH] = {"max-depth", RULES, 0},
    [DRAFT_MAX_DEPTH_REPORT] = {"max-depth-report", RULES, 0},
    [DRAFT_REQUEST_TIME] = {"request-time", RULES, 0},
    [DRAFT_REQUEST_ANCHORS] = {"request-anchors", RULES, 0},

    [DRAFT_FILE] = {"file", TRUST, VALUES},
    [DRAFT_DIRECTORY] = {"directory", TRUST, VALUES},
    [DRAFT_CRLS] = {"crls", TRUST, VALUES},
    [DRAFT_PERMITTED_DNS] = {"permitted-dns", TRUST, VALUES},
    [DRAFT_EXCLUDED_DNS] = {"excluded-dns", TRUST, VALUES},
    [DRAFT_PERMITTED_IP] = {"permitted-ip", TRUST, VALUES},
    [DRAFT_EXCLUDED_IP] = {"excluded-ip", TRUST, VALUES},
    [DRAFT_DISTRUST_AFTER] = {"distrust-after", TRUST, 0},
    [DRAFT_MAX_LIFETIME_DAYS] = {"max-lifetime-days", TRUST, 0},

    [DRAFT_MODE] = {"mode", PINSET | DENY, 0},
    [DRAFT_SCOPE] = {"scope", PINSET, 0},
    [DRAFT_SPKI] = {"spki-sha256", PINSET, POLICY_PINS_COUNT},
    [DRAFT_BAD_SPKI] = {"bad-spki-sha256", PINSET, POLICY_PINS_COUNT},
    [DRAFT_NOT_BEFORE] = {"not-before", PINSET, 0},
    [DRAFT_EXPIRES] = {"expires", PINSET, 0},
    [DRAFT_ON_EXPIRY] = {"on-expiry", PINSET, 0},
    [DRAFT_WARN_DAYS] = {"warn-days", PINSET, 0},
    [DRAFT_LOCAL_ANCHORS] = {"local-anchors", PINSET, 0},

    [DRAFT_NAMES] = {"names", DENY, VALUES},
    [DRAFT_DENIED_SPKI] = {"spki-sha256", DENY, VALUES},
    [DRAFT_ISSUER_SPKI] = {"issuer-spki-sha256", DENY, VALUES},
    [DRAFT_ISSUER] = {"issuer-sha256", DENY, 0},
    [DRAFT_SERIALS] = {"serials", DENY, VALUES},

/* clang-format off */
#define LIMIT(NAME, field, key, unit, built_in, least, most, zero)                                 \
    [DRAFT_##NAME] = {key, LIMITS, 0},
    LIMITS_TABLE(LIMIT)
#undef LIMIT
        /* clang-format on */

        [DRAFT_RECORD_FILE] = {"file", RECORD, 0},
    [DRAFT_SAMPLE] = {"sample", RECORD, 0},
    [DRAFT_MAX_BYTES] = {"max-bytes", RECORD, 0},

    [DRAFT_SOCKET] = {"socket", IN(DRAFT_METRICS), 0},
};

bool policy_key_stands_in(enum draft_key key, enum draft_kind kind)
{
    return (policy_keys[key].kinds & IN(kind)) != 0;
}

enum draft_key policy_key_find(enum draft_kind kind, const char *name)
{
    unsigned key = 0;

    while (key < DRAFT_KEYS && !(policy_key_stands_in((enum draft_key)key, kind) &&
                                 strcmp(policy_keys[key].name, name) == 0))
        key++;
    return (enum draft_key)key;
}
