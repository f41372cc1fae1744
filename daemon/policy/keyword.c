/* SPDX-License-Identifier: MIT */
#include "daemon/policy/keyword.h"

#include "daemon/identity/rules.h"
#include "daemon/policy/rule.h"
#include "daemon/policy/types.h"

static const char rfc9525[] = "rfc9525";
static const char python_3_7[] = "python-3.7";
static const char python_3_5[] = "python-3.5";
static const char openssl[] = "openssl";

static const char none[] = "none";
static const char left_label[] = "left-label";
static const char refuse_icann[] = "refuse-icann";
static const char refuse_all[] = "refuse-all";
static const char no[] = "no";
static const char yes[] = "yes";
static const char report[] = "report";
static const char enforce[] = "enforce";
static const char webpki[] = "webpki";
static const char rfc5280[] = "rfc5280";
static const char compatible[] = "compatible";
static const char profile[] = "profile";
static const char as_is[] = "as-is";
static const char required[] = "required";
static const char if_known[] = "if-known";
static const char off[] = "off";

/* clang-format off */
const struct policy_keyword_list policy_keywords[POLICY_KEYS_COUNT] = {
    [POLICY_KEY_RULES] = {{
        [RULES_RFC9525] = rfc9525,
        [RULES_PYTHON_3_7] = python_3_7,
        [RULES_PYTHON_3_5] = python_3_5,
        [RULES_OPENSSL] = openssl,
    }},
    [POLICY_KEY_COMMON_NAME] = {{
        [RULE_COMMON_NAME_NO] = no,
        [RULE_COMMON_NAME_YES] = yes,
        [POLICY_KEYWORD_COMMON_NAME_REPORT] = report,
    }},
    [POLICY_KEY_WILDCARDS] = {{
        [RULE_WILDCARDS_NONE] = none,
        [RULE_WILDCARDS_LEFT_LABEL] = left_label,
    }},
    [POLICY_KEY_WILDCARDS_REPORT] = {{
        [POLICY_KEYWORD_REPORT(RULE_WILDCARDS_NONE)] = none,
        [POLICY_KEYWORD_REPORT(RULE_WILDCARDS_LEFT_LABEL)] = left_label,
    }},
    [POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS] = {{
        [RULE_PUBLIC_SUFFIX_REFUSE_ICANN] = refuse_icann,
        [RULE_PUBLIC_SUFFIX_REFUSE_ALL] = refuse_all,
    }},
    [POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS_REPORT] = {{
        [POLICY_KEYWORD_REPORT(RULE_PUBLIC_SUFFIX_REFUSE_ICANN)] = refuse_icann,
        [POLICY_KEYWORD_REPORT(RULE_PUBLIC_SUFFIX_REFUSE_ALL)] = refuse_all,
    }},
    [POLICY_KEY_RULES_REPORT] = {{
        [POLICY_KEYWORD_REPORT(RULES_RFC9525)] = rfc9525,
        [POLICY_KEYWORD_REPORT(RULES_PYTHON_3_7)] = python_3_7,
        [POLICY_KEYWORD_REPORT(RULES_PYTHON_3_5)] = python_3_5,
        [POLICY_KEYWORD_REPORT(RULES_OPENSSL)] = openssl,
    }},
    [POLICY_KEY_SUBDOMAINS] = {{
        [POLICY_DEPTH_NONE] = none,
        [POLICY_DEPTH_ONE] = "one",
        [POLICY_DEPTH_ALL] = "all",
    }},
    [POLICY_KEY_PATH] = {{
        [POLICY_PATH_ALWAYS] = "always",
        [POLICY_PATH_REPORT] = report,
        [POLICY_PATH_ON_REQUEST] = "on-request",
    }},
    [POLICY_KEY_CERTIFICATES] = {{
        [POLICY_CERTIFICATES_WEBPKI] = webpki,
        [POLICY_CERTIFICATES_RFC5280] = rfc5280,
        [POLICY_CERTIFICATES_COMPATIBLE] = compatible,
    }},
    [POLICY_KEY_CERTIFICATES_REPORT] = {{
        [POLICY_KEYWORD_REPORT(POLICY_CERTIFICATES_WEBPKI)] = webpki,
        [POLICY_KEYWORD_REPORT(POLICY_CERTIFICATES_RFC5280)] = rfc5280,
        [POLICY_KEYWORD_REPORT(POLICY_CERTIFICATES_COMPATIBLE)] = compatible,
    }},
    [POLICY_KEY_ANCHORS] = {{
        [POLICY_ANCHORS_PROFILE] = profile,
        [POLICY_ANCHORS_AS_IS] = as_is,
    }},
    [POLICY_KEY_ANCHORS_REPORT] = {{
        [POLICY_KEYWORD_REPORT(POLICY_ANCHORS_PROFILE)] = profile,
        [POLICY_KEYWORD_REPORT(POLICY_ANCHORS_AS_IS)] = as_is,
    }},
    [POLICY_KEY_REVOCATION] = {{
        [POLICY_REVOCATION_REQUIRED] = required,
        [POLICY_REVOCATION_IF_KNOWN] = if_known,
        [POLICY_REVOCATION_OFF] = off,
    }},
    [POLICY_KEY_REVOCATION_REPORT] = {{
        [POLICY_KEYWORD_REPORT(POLICY_REVOCATION_REQUIRED)] = required,
        [POLICY_KEYWORD_REPORT(POLICY_REVOCATION_IF_KNOWN)] = if_known,
        [POLICY_KEYWORD_REPORT(POLICY_REVOCATION_OFF)] = off,
    }},
    [POLICY_KEY_REQUEST_TIME] = {{no, yes}},
    [POLICY_KEY_REQUEST_ANCHORS] = {{
        [POLICY_REQUEST_ANCHORS_NO] = no,
        [POLICY_REQUEST_ANCHORS_REPLACE] = "replace",
        [POLICY_REQUEST_ANCHORS_ADD] = "add",
    }},
    [POLICY_KEY_END_ENTITIES] = {{
        [POLICY_END_ENTITIES_NO] = no,
        [POLICY_END_ENTITIES_YES] = yes,
        [POLICY_END_ENTITIES_ONLY] = "only",
    }},
    [POLICY_KEY_MODE] = {{
        [POLICY_MODE_ENFORCE] = enforce,
        [POLICY_MODE_REPORT] = report,
    }},
    [POLICY_KEY_SCOPE] = {{
        [POLICY_SCOPE_LEAF] = "leaf",
        [POLICY_SCOPE_ISSUER] = "issuer",
        [POLICY_SCOPE_ANCHOR] = "anchor",
        [POLICY_SCOPE_ANY] = "any",
    }},
    [POLICY_KEY_ON_EXPIRY] = {{
        [POLICY_ON_EXPIRY_CLOSED] = "closed",
        [POLICY_ON_EXPIRY_REPORT] = report,
        [POLICY_ON_EXPIRY_OPEN] = "open",
    }},
    [POLICY_KEY_LOCAL_ANCHORS] = {{"apply", "override"}},
#define KEYWORD_COUNT(NAME)
#define KEYWORD_MS(NAME)
#define KEYWORD_BYTES(NAME)
#define KEYWORD_SWITCH(NAME) [POLICY_KEY_##NAME] = {{no, yes}},
#define KEYWORD(NAME, field, key, unit, built_in, least, most, zero) KEYWORD_##unit(NAME)
    LIMITS_TABLE(KEYWORD)
};
/* clang-format on */
