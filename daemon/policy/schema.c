/* SPDX-License-Identifier: MIT */
#include "daemon/policy/schema.h"

#include <string.h>

#include "daemon/policy/bounds.h"
#include "daemon/policy/types.h"

#define IN(kind) (1u << (kind))
#define RULES    (IN(POLICY_SECTION_DEFAULTS) | IN(POLICY_SECTION_DOMAIN) | IN(POLICY_SECTION_CLIENT))
#define DOMAIN   IN(POLICY_SECTION_DOMAIN)
#define CLIENT   IN(POLICY_SECTION_CLIENT)
#define TRUST    IN(POLICY_SECTION_TRUST)
#define PINSET   IN(POLICY_SECTION_PINSET)
#define DENY     IN(POLICY_SECTION_DENY)
#define LIMITS   IN(POLICY_SECTION_LIMITS)
#define RECORD   IN(POLICY_SECTION_RECORD)
#define VALUES   POLICY_VALUES_COUNT

const struct policy_section_schema policy_section_schemas[POLICY_SECTION_KINDS_COUNT] = {
    [POLICY_SECTION_DEFAULTS] = {"defaults", false, 1},
    /* One section less, since the trust "system" exists without a section. */
    [POLICY_SECTION_TRUST] = {"trust", true, POLICY_TRUSTS_COUNT - 1},
    [POLICY_SECTION_PINSET] = {"pinset", true, POLICY_SECTIONS_COUNT},
    [POLICY_SECTION_DENY] = {"deny", true, POLICY_DENIES_COUNT},
    [POLICY_SECTION_DOMAIN] = {"domain", true, POLICY_SECTIONS_COUNT},
    [POLICY_SECTION_CLIENT] = {"client", true, POLICY_CLIENTS_COUNT},
    [POLICY_SECTION_LIMITS] = {"limits", false, 1},
    [POLICY_SECTION_RECORD] = {"record", false, 1},
    [POLICY_SECTION_METRICS] = {"metrics", false, 1},
    [POLICY_SECTION_LISTEN] = {"listen", true, LIMIT_NAMED_SOCKETS_COUNT},
};

const struct policy_key_schema policy_key_schemas[POLICY_KEYS_COUNT] = {
    [POLICY_KEY_SUBDOMAINS] = {"subdomains", DOMAIN, 0},
    [POLICY_KEY_RULES] = {"rules", RULES, 0},
    [POLICY_KEY_COMMON_NAME] = {"common-name", RULES, 0},
    [POLICY_KEY_WILDCARDS] = {"wildcards", RULES, 0},
    [POLICY_KEY_WILDCARDS_REPORT] = {"wildcards-report", RULES, 0},
    [POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS] = {"public-suffix-wildcards", RULES, 0},
    [POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS_REPORT] = {"public-suffix-wildcards-report", RULES, 0},
    [POLICY_KEY_RULES_REPORT] = {"rules-report", RULES, 0},
    [POLICY_KEY_PINSET_NAME] = {"pinset", DOMAIN, 0},
    [POLICY_KEY_EXEMPT] = {"exempt", DOMAIN, VALUES},
    [POLICY_KEY_UID] = {"uid", CLIENT, VALUES},
    [POLICY_KEY_GID] = {"gid", CLIENT, VALUES},
    [POLICY_KEY_PATH] = {"path", RULES, 0},
    [POLICY_KEY_TRUST_NAMES] = {"trust", RULES, POLICY_TRUSTS_COUNT},
    [POLICY_KEY_TRUST_NAMES_REPORT] = {"trust-report", RULES, POLICY_TRUSTS_COUNT},
    [POLICY_KEY_CERTIFICATES] = {"certificates", RULES | TRUST, 0},
    [POLICY_KEY_CERTIFICATES_REPORT] = {"certificates-report", RULES, 0},
    [POLICY_KEY_ANCHORS] = {"anchors", RULES, 0},
    [POLICY_KEY_ANCHORS_REPORT] = {"anchors-report", RULES, 0},
    [POLICY_KEY_REVOCATION] = {"revocation", RULES, 0},
    [POLICY_KEY_REVOCATION_REPORT] = {"revocation-report", RULES, 0},
    [POLICY_KEY_MAX_DEPTH] = {"max-depth", RULES, 0},
    [POLICY_KEY_MAX_DEPTH_REPORT] = {"max-depth-report", RULES, 0},
    [POLICY_KEY_CLOCK_SKEW] = {"clock-skew", RULES, 0},
    [POLICY_KEY_OCSP_MAX_AGE] = {"ocsp-max-age", RULES, 0},
    [POLICY_KEY_REQUEST_TIME] = {"request-time", RULES, 0},
    [POLICY_KEY_REQUEST_ANCHORS] = {"request-anchors", RULES, 0},

    [POLICY_KEY_FILE] = {"file", TRUST, VALUES},
    [POLICY_KEY_DIRECTORY] = {"directory", TRUST, VALUES},
    [POLICY_KEY_CRLS] = {"crls", TRUST, VALUES},
    [POLICY_KEY_CRLITE] = {"crlite", TRUST, 0},
    [POLICY_KEY_CRLITE_OWNER] = {"crlite-owner", TRUST, 0},
    [POLICY_KEY_PERMITTED_DNS] = {"permitted-dns", TRUST, VALUES},
    [POLICY_KEY_EXCLUDED_DNS] = {"excluded-dns", TRUST, VALUES},
    [POLICY_KEY_PERMITTED_IP] = {"permitted-ip", TRUST, VALUES},
    [POLICY_KEY_EXCLUDED_IP] = {"excluded-ip", TRUST, VALUES},
    [POLICY_KEY_DISTRUST_AFTER] = {"distrust-after", TRUST, 0},
    [POLICY_KEY_MAX_LIFETIME_DAYS] = {"max-lifetime-days", TRUST, 0},
    [POLICY_KEY_END_ENTITIES] = {"end-entities", TRUST, 0},

    [POLICY_KEY_MODE] = {"mode", PINSET | DENY, 0},
    [POLICY_KEY_SCOPE] = {"scope", PINSET, 0},
    [POLICY_KEY_SPKI] = {"spki-sha256", PINSET, POLICY_PINS_COUNT},
    [POLICY_KEY_BAD_SPKI] = {"bad-spki-sha256", PINSET, POLICY_PINS_COUNT},
    [POLICY_KEY_NOT_BEFORE] = {"not-before", PINSET, 0},
    [POLICY_KEY_EXPIRES] = {"expires", PINSET, 0},
    [POLICY_KEY_ON_EXPIRY] = {"on-expiry", PINSET, 0},
    [POLICY_KEY_WARN_DAYS] = {"warn-days", PINSET, 0},
    [POLICY_KEY_LOCAL_ANCHORS] = {"local-anchors", PINSET, 0},

    [POLICY_KEY_NAMES] = {"names", DENY, VALUES},
    [POLICY_KEY_DENIED_SPKI] = {"spki-sha256", DENY, VALUES},
    [POLICY_KEY_ISSUER_SPKI] = {"issuer-spki-sha256", DENY, VALUES},
    [POLICY_KEY_ISSUER] = {"issuer-sha256", DENY, 0},
    [POLICY_KEY_SERIALS] = {"serials", DENY, VALUES},

/* clang-format off */
#define LIMIT(NAME, field, key, unit, built_in, least, most, zero)                                 \
    [POLICY_KEY_##NAME] = {key, LIMITS, 0},
    LIMITS_TABLE(LIMIT)
#undef LIMIT
        /* clang-format on */

        [POLICY_KEY_ACCOUNT_BLOCKS] = {"account-blocks", LIMITS, POLICY_ACCOUNT_BLOCKS_COUNT},

    [POLICY_KEY_RECORD_FILE] = {"file", RECORD, 0},
    [POLICY_KEY_SAMPLE] = {"sample", RECORD, 0},
    [POLICY_KEY_MAX_BYTES] = {"max-bytes", RECORD, 0},

    [POLICY_KEY_SOCKET] = {"socket", IN(POLICY_SECTION_METRICS), 0},

    [POLICY_KEY_LISTEN_PATH] = {"path", IN(POLICY_SECTION_LISTEN), 0},
    [POLICY_KEY_LISTEN_MODE] = {"mode", IN(POLICY_SECTION_LISTEN), 0},
    [POLICY_KEY_CLIENT_SOCKET] = {"socket", CLIENT, LIMIT_NAMED_SOCKETS_COUNT},
};

bool policy_key_stands_in(enum policy_key key, enum policy_section_kind kind)
{
    return (policy_key_schemas[key].kinds & IN(kind)) != 0;
}

enum policy_key policy_key_find(enum policy_section_kind kind, const char *name)
{
    unsigned key = 0;

    while (key < POLICY_KEYS_COUNT && !(policy_key_stands_in((enum policy_key)key, kind) &&
                                        strcmp(policy_key_schemas[key].name, name) == 0))
        key++;
    return (enum policy_key)key;
}
