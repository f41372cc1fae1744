/* SPDX-License-Identifier: MIT */
#include "daemon/identity/match.h"

#include <string.h>

#include "base/utf8.h"
#include "daemon/identity/match_internal.h"
#include "daemon/identity/name.h"

/*
 * Every question is a few walks over the bytes of a name, whatever it holds: nothing is tried
 * twice, so a name of stars costs what any other of its length costs.
 */

/* What the presented identities say together. */
struct census {
    bool has_san; /* an identity that leaves the subject without a say */
    size_t n_common_names;
    size_t n_uris;
};

/* Whether an identity of the subjectAltName leaves the common name without a say. */
static bool silences_common_name(enum rule_set set, enum identity_type type)
{
    switch (type) {
    case IDENTITY_CN:
    case IDENTITY_EMAIL:
    case IDENTITY_SMTP_UTF8:
    case IDENTITY_SUBJECT_EMAIL:
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

/* Whether it leaves the subject's emailAddress without one. */
static bool silences_subject_email(enum identity_type type)
{
    return type == IDENTITY_EMAIL || type == IDENTITY_SMTP_UTF8 || type == IDENTITY_MALFORMED;
}

static void census_take(struct census *census, enum rule_set set, const struct reference *reference,
                        const struct identity *presented, size_t n_presented)
{
    *census = (struct census){0};
    for (size_t i = 0; i < n_presented; i++) {
        enum identity_type type = presented[i].type;

        census->n_common_names += type == IDENTITY_CN;
        census->n_uris += type == IDENTITY_URI;
        census->has_san = census->has_san ||
                          (reference->kind == REFERENCE_EMAIL ? silences_subject_email(type)
                                                              : silences_common_name(set, type));
    }
}

/* What the others have against it. The subject's names are a last resort in every rule set; RFC
 * 6125 section 6.4.4 has a common name be the only one, X509-SVID section 5.2 a SPIFFE ID the only
 * URI. */
static enum miss others_miss(const struct match_rules *rules, const struct reference *reference,
                             const struct census *census, const struct identity *presented)
{
    switch (reference->kind) {
    case REFERENCE_HOST:
        if (presented->type != IDENTITY_CN || match_common_name_miss(rules, reference) != MISS_NONE)
            return MISS_NONE;
        if (census->has_san)
            return MISS_CN_NOT_LAST_RESORT;
        return census->n_common_names != 1 && rules->rules.set == RULES_RFC9525 ? MISS_CN_SEVERAL
                                                                                : MISS_NONE;
    case REFERENCE_EMAIL:
        return presented->type == IDENTITY_SUBJECT_EMAIL && census->has_san &&
                       match_subject_email_miss(rules) == MISS_NONE
                   ? MISS_SUBJECT_EMAIL_NOT_LAST_RESORT
                   : MISS_NONE;
    case REFERENCE_SPIFFE:
        return presented->type == IDENTITY_URI && census->n_uris != 1 ? MISS_URI_NOT_SINGLE
                                                                      : MISS_NONE;
    default:
        return MISS_NONE;
    }
}

/* As match_one, but with an eye on the others. */
static enum miss judge(const struct match_rules *rules, const struct reference *reference,
                       const struct census *census, const struct identity *presented)
{
    enum miss miss = others_miss(rules, reference, census, presented);

    return miss == MISS_NONE ? match_one(rules, reference, presented) : miss;
}

/* Whether X509_check_email goes no further: at what it cannot decode. */
static bool ends_mailboxes(enum rule_set set, const struct identity *presented, enum miss miss)
{
    if (!rule_set_is_openssl_email(set))
        return false;
    return (presented->type == IDENTITY_SUBJECT_EMAIL && miss == MISS_MALFORMED) ||
           (presented->type == IDENTITY_SMTP_UTF8 && miss == MISS_NOT_UTF8);
}

/*
 * Whether the peer goes no further. OpenSSL: a common name that it cannot decode. Python: a name
 * with too many stars; and an iPAddress of no address's length, if the reference is an address.
 */
static bool ends_walk(const struct reference *reference, const struct identity *presented,
                      enum miss miss)
{
    enum rule_set set = reference->set;

    if (reference->kind != REFERENCE_HOST)
        return reference->kind == REFERENCE_EMAIL && ends_mailboxes(set, presented, miss);
    if (miss == MISS_MALFORMED && presented->type == IDENTITY_CN)
        return true;
    if (set != RULES_PYTHON_3_5)
        return false;
    return miss == MISS_WILDCARD_SEVERAL ||
           (miss == MISS_MALFORMED && presented->type == IDENTITY_IP);
}

/* Python makes texts of all names before it compares any, and stops at what is none. */
static bool is_no_text(const struct identity *presented)
{
    switch (presented->type) {
    case IDENTITY_CN:
    case IDENTITY_SUBJECT_EMAIL:
        return !presented->data || !utf8_is_valid(presented->data, presented->len);
    case IDENTITY_DNS:
    case IDENTITY_EMAIL:
    case IDENTITY_SMTP_UTF8:
    case IDENTITY_URI:
        return !utf8_is_valid(presented->data, presented->len);
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

/* A domain: with most right-hand labels equal. A trailing dot is a miss, but not one that makes the
 * name any less near. */
static size_t domain_nearness(const struct reference *reference, const struct identity *domain)
{
    size_t len = domain->len;

    if (len > 0 && domain->data[len - 1] == '.')
        len--;
    return 2 + name_common_labels(domain->data, len, (const uint8_t *)reference->domain,
                                  reference->domain_len);
}

static size_t host_nearness(const struct reference *reference, const struct identity *presented)
{
    if (presented->type == IDENTITY_CN)
        return 1;
    if (presented->type != reference->type)
        return 0;
    if (presented->type == IDENTITY_IP)
        return presented->len == reference->address_len ? 3 : 2;
    return domain_nearness(reference, presented);
}

/* How many bytes are equal from the left: a SPIFFE ID is most special at its end. */
static size_t uri_nearness(const struct reference *reference, const struct identity *presented)
{
    size_t n = 0;

    while (n < presented->len && n < reference->value_len &&
           presented->data[n] == (uint8_t)reference->value[n])
        n++;
    return 2 + n;
}

/* How near an identity comes to the reference: 0 is not of its kind, then the more the nearer. */
static size_t nearness(const struct reference *reference, const struct identity *presented)
{
    bool email = reference->kind == REFERENCE_EMAIL;
    struct identity domain;

    if (reference->kind == REFERENCE_HOST)
        return host_nearness(reference, presented);
    if (email && presented->type == IDENTITY_SUBJECT_EMAIL)
        return 1;
    if (presented->type != reference->type && !(email && presented->type == IDENTITY_SMTP_UTF8))
        return 0;
    if (reference->kind == REFERENCE_SPIFFE)
        return uri_nearness(reference, presented);
    domain = match_domain_of(presented);
    return domain_nearness(reference, &domain);
}

/* By no rule set a name without a star matches, or ends a walk, unless it is the very name. Whether
 * it is comes first: most often the length alone tells. */
static bool is_surely_another(const struct reference *reference, const struct identity *presented)
{
    bool by_value = reference->set == RULES_RFC9525;
    const char *name = by_value ? reference->value : reference->given;
    size_t len = by_value ? reference->value_len : reference->given_len;

    return reference->kind == REFERENCE_HOST && presented->type == IDENTITY_DNS &&
           !name_equal(presented->data, presented->len, (const uint8_t *)name, len) &&
           !match_holds_star(presented);
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
        if (ends_walk(reference, &presented[i], miss))
            return false;
    }
    return false;
}

static void find_nearest(const struct match_rules *rules, const struct reference *reference,
                         const struct census *census, const struct identity *presented,
                         size_t n_presented, struct match_result *result)
{
    size_t best = 0;

    for (size_t i = 0; i < n_presented; i++) {
        enum miss miss = judge(rules, reference, census, &presented[i]);
        size_t near = nearness(reference, &presented[i]);

        result->ended = ends_walk(reference, &presented[i], miss);
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
    if (set == RULES_PYTHON_3_5 && reference->kind == REFERENCE_HOST &&
        find_no_text(presented, n_presented, result))
        return;
    census_take(&census, set, reference, presented, n_presented);
    if (!find_match(rules, reference, &census, presented, n_presented, result))
        find_nearest(rules, reference, &census, presented, n_presented, result);
}

enum miss match_why(const struct match_rules *rules, const struct reference *reference,
                    const struct identity *presented, size_t n_presented, size_t index)
{
    struct census census;

    census_take(&census, rules->rules.set, reference, presented, n_presented);
    return judge(rules, reference, &census, &presented[index]);
}
