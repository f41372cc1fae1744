/* SPDX-License-Identifier: MIT */
#include "daemon/identity/match.h"

#include <string.h>

#include "daemon/identity/name.h"
#include "daemon/identity/set.h"
#include "daemon/identity/utf8.h"

/*
 * Every question is a few walks over the bytes of a name, whatever it holds: nothing is tried
 * twice, so a name of stars costs what any other of its length costs.
 *
 * A rule set says what matches; the switches are asked only of what does, so that they never do
 * anything but refuse.
 */

/* What the presented identities say together. */
struct census {
    bool has_san; /* an identity that leaves the common name without a say */
    size_t n_common_names;
};

/* --- one identity --- */

/* Octet for octet. An IPv4-mapped address has 16 and is not its IPv4 one. */
static enum miss address_miss(const struct reference *reference, const struct identity *presented)
{
    if (presented->len != 4 && presented->len != 16)
        return MISS_MALFORMED;
    if (presented->len != reference->address_len)
        return MISS_ADDRESS_FAMILY;
    return memcmp(presented->data, reference->address, presented->len) == 0 ? MISS_NONE
                                                                            : MISS_ADDRESS;
}

static bool holds_star(const struct identity *presented)
{
    return presented->len > 0 && memchr(presented->data, '*', presented->len);
}

static bool star_is_left_label(const struct identity *presented)
{
    return presented->data[0] == '*' && name_label_len(presented->data, presented->len) == 1 &&
           (presented->len == 1 || !memchr(presented->data + 1, '*', presented->len - 1));
}

/* RFC 9525 section 6.3 leaves public suffixes to local policy, and this is it. */
static bool under_public_suffix(const struct match_rules *rules, const struct reference *reference)
{
    enum suffix_section section = SUFFIX_ALL;
    const uint8_t *parent;
    size_t parent_len;

    if (rules->rules.public_suffix == RULE_PUBLIC_SUFFIX_AS_SET) {
        if (rules->rules.set != RULES_RFC9525)
            return false;
        section = SUFFIX_ICANN;
    } else if (rules->rules.public_suffix == RULE_PUBLIC_SUFFIX_REFUSE_ICANN) {
        section = SUFFIX_ICANN;
    }

    parent = name_parent((const uint8_t *)reference->value, reference->value_len, &parent_len);
    return suffix_list_is_public(rules->suffixes, section, (const char *)parent, parent_len);
}

/* What the switches say of a name that the rule set takes. */
static enum miss switches_miss(const struct match_rules *rules, const struct reference *reference,
                               const struct identity *presented)
{
    if (!holds_star(presented))
        return MISS_NONE;

    switch (rules->rules.wildcards) {
    case RULE_WILDCARDS_AS_SET:
        break;
    case RULE_WILDCARDS_LEFT_LABEL:
        if (!star_is_left_label(presented))
            return MISS_WILDCARD_PLACE;
        break;
    default:
        return MISS_WILDCARD_OFF;
    }
    return under_public_suffix(rules, reference) ? MISS_WILDCARD_PUBLIC_SUFFIX : MISS_NONE;
}

static enum miss set_miss(enum rule_set set, const struct reference *reference,
                          const struct identity *presented)
{
    switch (set) {
    case RULES_RFC9525:
        return set_rfc9525_name(reference, presented);
    case RULES_PYTHON_3_7:
        return set_openssl_name(reference, presented, false);
    case RULES_PYTHON_3_5:
        return set_python_3_5_name(reference, presented);
    case RULES_OPENSSL:
        return set_openssl_name(reference, presented, true);
    default:
        return MISS_OTHER_RULES;
    }
}

static enum miss name_miss(const struct match_rules *rules, const struct reference *reference,
                           const struct identity *presented)
{
    enum miss miss = set_miss(rules->rules.set, reference, presented);

    return miss == MISS_NONE ? switches_miss(rules, reference, presented) : miss;
}

static bool common_name_counts(const struct rules *rules)
{
    if (rules->common_name == RULE_COMMON_NAME_AS_SET)
        return rules->set != RULES_RFC9525;
    return rules->common_name == RULE_COMMON_NAME_YES;
}

/* A common name, if nothing but itself keeps it from being one that is compared. */
static enum miss common_name_miss(const struct match_rules *rules,
                                  const struct reference *reference)
{
    if (reference->type == IDENTITY_IP && rules->rules.set != RULES_PYTHON_3_5)
        return MISS_CN_FOR_ADDRESS;
    return common_name_counts(&rules->rules) ? MISS_NONE : MISS_CN_OFF;
}

static enum miss common_name_compare(const struct match_rules *rules,
                                     const struct reference *reference,
                                     const struct identity *presented)
{
    if (!presented->data && rules->rules.set != RULES_RFC9525)
        return MISS_MALFORMED;
    return name_miss(rules, reference, presented);
}

enum miss match_one(const struct match_rules *rules, const struct reference *reference,
                    const struct identity *presented)
{
    enum miss miss;

    if (presented->type == IDENTITY_MALFORMED)
        return MISS_MALFORMED;
    if (reference->type == IDENTITY_NONE)
        return MISS_OTHER_TYPE;
    if (reference->set != rules->rules.set)
        return MISS_OTHER_RULES;
    if (presented->type == IDENTITY_CN) {
        miss = common_name_miss(rules, reference);
        return miss == MISS_NONE ? common_name_compare(rules, reference, presented) : miss;
    }
    if (presented->type != reference->type)
        return MISS_OTHER_TYPE;
    return presented->type == IDENTITY_IP ? address_miss(reference, presented)
                                          : name_miss(rules, reference, presented);
}

/* --- all of them --- */

/* Whether an identity of the subjectAltName leaves the common name without a say. */
static bool silences_common_name(enum rule_set set, enum identity_type type)
{
    switch (type) {
    case IDENTITY_CN:
    case IDENTITY_EMAIL:
    case IDENTITY_OTHER:
        return false;
    case IDENTITY_URI:
    case IDENTITY_SRV:
        return set == RULES_RFC9525;
    case IDENTITY_IP:
        return set == RULES_RFC9525 || set == RULES_PYTHON_3_5;
    default:
        /* What cannot be read may have been a name: it counts as one. */
        return true;
    }
}

static void census_take(struct census *census, enum rule_set set, const struct identity *presented,
                        size_t n_presented)
{
    *census = (struct census){0};
    for (size_t i = 0; i < n_presented; i++) {
        census->n_common_names += presented[i].type == IDENTITY_CN;
        census->has_san = census->has_san || silences_common_name(set, presented[i].type);
    }
}

/* As match_one, but with an eye on the others: the common name is a last resort in every rule set,
 * and RFC 6125 section 6.4.4 has it be the only one. */
static enum miss judge(const struct match_rules *rules, const struct reference *reference,
                       const struct census *census, const struct identity *presented)
{
    if (presented->type == IDENTITY_CN && common_name_miss(rules, reference) == MISS_NONE) {
        if (census->has_san)
            return MISS_CN_NOT_LAST_RESORT;
        if (census->n_common_names != 1 && rules->rules.set == RULES_RFC9525)
            return MISS_CN_SEVERAL;
    }
    return match_one(rules, reference, presented);
}

/*
 * Whether the peer goes no further. OpenSSL: a common name that it cannot decode. Python: a name
 * with too many stars; and an iPAddress of no address's length, if the reference is an address.
 */
static bool ends_walk(enum rule_set set, const struct identity *presented, enum miss miss)
{
    if (miss == MISS_MALFORMED && presented->type == IDENTITY_CN)
        return true;
    if (set != RULES_PYTHON_3_5)
        return false;
    return miss == MISS_WILDCARD_SEVERAL ||
           (miss == MISS_MALFORMED && presented->type == IDENTITY_IP);
}

static bool is_ascii(const uint8_t *text, size_t len)
{
    uint8_t all = 0;

    for (size_t i = 0; i < len; i++)
        all |= text[i];
    return all < 0x80;
}

static bool is_utf8(const uint8_t *text, size_t len)
{
    uint32_t code;
    size_t n;

    if (is_ascii(text, len))
        return true;

    for (size_t at = 0; at < len; at += n) {
        n = utf8_next(text + at, len - at, &code);
        if (n == 0)
            return false;
    }
    return true;
}

/* Python makes texts of all names before it compares any, and stops at what is none. */
static bool is_no_text(const struct identity *presented)
{
    switch (presented->type) {
    case IDENTITY_CN:
        return !presented->data || !is_utf8(presented->data, presented->len);
    case IDENTITY_DNS:
    case IDENTITY_EMAIL:
    case IDENTITY_URI:
        return !is_utf8(presented->data, presented->len);
    default:
        return false;
    }
}

static bool find_no_text(const struct identity *presented, size_t n_presented,
                         struct match_result *result)
{
    for (size_t i = 0; i < n_presented; i++) {
        if (is_no_text(&presented[i])) {
            *result = (struct match_result){
                .has_nearest = true, .nearest = i, .why = MISS_NOT_UTF8, .ended = true};
            return true;
        }
    }
    return false;
}

/* How near an identity comes to the reference: 0 is not of its kind, then the more the nearer. */
static size_t nearness(const struct reference *reference, const struct identity *presented)
{
    size_t len = presented->len;

    if (presented->type == IDENTITY_CN)
        return 1;
    if (presented->type == IDENTITY_IP && reference->type == IDENTITY_IP)
        return len == reference->address_len ? 3 : 2;
    if (presented->type != IDENTITY_DNS || reference->type != IDENTITY_DNS)
        return 0;

    /* A trailing dot is a miss, but not one that makes the name any less near. */
    if (len > 0 && presented->data[len - 1] == '.')
        len--;
    return 2 + name_common_labels(presented->data, len, (const uint8_t *)reference->value,
                                  reference->value_len);
}

/* By no rule set a name without a star matches, or ends a walk, unless it is the very name. */
static bool is_surely_another(const struct reference *reference, const struct identity *presented)
{
    bool by_value = reference->set == RULES_RFC9525;
    const char *name = by_value ? reference->value : reference->given;
    size_t len = by_value ? reference->value_len : reference->given_len;

    return presented->type == IDENTITY_DNS && !holds_star(presented) &&
           !name_equal(presented->data, presented->len, (const uint8_t *)name, len);
}

/* Whether there is a match. Most names are another one, and that is cheap to see; why they are is
 * not asked before nothing matched. */
static bool find_match(const struct match_rules *rules, const struct reference *reference,
                       const struct census *census, const struct identity *presented,
                       size_t n_presented, struct match_result *result)
{
    for (size_t i = 0; i < n_presented; i++) {
        enum miss miss;

        if (is_surely_another(reference, &presented[i]))
            continue;
        miss = judge(rules, reference, census, &presented[i]);
        if (miss == MISS_NONE) {
            *result = (struct match_result){.match = MATCH_FOUND, .matched = i};
            return true;
        }
        if (ends_walk(rules->rules.set, &presented[i], miss))
            return false;
    }
    return false;
}

static void find_nearest(const struct match_rules *rules, const struct reference *reference,
                         const struct census *census, const struct identity *presented,
                         size_t n_presented, struct match_result *result)
{
    enum rule_set set = rules->rules.set;
    size_t best = 0;

    for (size_t i = 0; i < n_presented; i++) {
        enum miss miss = judge(rules, reference, census, &presented[i]);
        size_t near = nearness(reference, &presented[i]);

        result->ended = ends_walk(set, &presented[i], miss);
        if (near > best || result->ended) {
            best = near;
            result->has_nearest = true;
            result->nearest = i;
            result->why = miss;
        }
        if (result->ended)
            return;
    }
}

void match_all(const struct match_rules *rules, const struct reference *reference,
               const struct identity *presented, size_t n_presented, struct match_result *result)
{
    enum rule_set set = rules->rules.set;
    struct census census;

    *result = (struct match_result){0};
    if (set == RULES_PYTHON_3_5 && find_no_text(presented, n_presented, result))
        return;
    census_take(&census, set, presented, n_presented);
    if (!find_match(rules, reference, &census, presented, n_presented, result))
        find_nearest(rules, reference, &census, presented, n_presented, result);
}

enum miss match_why(const struct match_rules *rules, const struct reference *reference,
                    const struct identity *presented, size_t n_presented, size_t index)
{
    struct census census;

    census_take(&census, rules->rules.set, presented, n_presented);
    return judge(rules, reference, &census, &presented[index]);
}
