/* SPDX-License-Identifier: MIT */
#include "daemon/identity/match.h"

#include <string.h>

#include "base/utf8.h"
#include "daemon/identity/match_email_uri_srv.h"
#include "daemon/identity/match_host.h"
#include "daemon/identity/match_rank.h"
#include "daemon/identity/match_switches.h"
#include "daemon/identity/name.h"

/*
 * Each comparison reads a name a fixed number of times and never backtracks, so a name full of
 * stars costs no more than any other name of its length.
 */

/* Facts about all presented identities together, collected before any of them is compared. */
struct census {
    bool has_san; /* the SAN has an identity that rules out common names */
    size_t n_common_names;
    size_t n_uris;
};

/*
 * Returns whether the presence of an identity of this type means that the certificate's common
 * names are not compared.
 */
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
        /* An identity that cannot be decoded might have been a dNSName, so it counts as one. */
        return true;
    }
}

/*
 * Returns whether the presence of an identity of this type means that the subject's emailAddress is
 * not compared.
 */
static bool silences_subject_email(enum identity_type type)
{
    return type == IDENTITY_EMAIL || type == IDENTITY_SMTP_UTF8 || type == IDENTITY_MALFORMED;
}

static void take_census(struct census *census, enum rule_set set, const struct reference *reference,
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

/*
 * Returns the reason why `presented` is not compared because of the certificate's other identities,
 * or MISS_NONE. Names of the subject are a last resort in every rule set. In addition, RFC 6125
 * section 6.4.4 wants a common name to be the only one, and X509-SVID section 5.2 a SPIFFE ID to be
 * the only URI.
 */
static enum miss find_others_miss(const struct match_rules *rules,
                                  const struct reference *reference, const struct census *census,
                                  const struct identity *presented)
{
    switch (reference->kind) {
    case REFERENCE_HOST:
        if (presented->type != IDENTITY_CN ||
            match_host_common_name_miss(rules, reference) != MISS_NONE)
            return MISS_NONE;
        if (census->has_san)
            return MISS_CN_NOT_LAST_RESORT;
        return census->n_common_names != 1 && rules->rules.set == RULES_RFC9525 ? MISS_CN_SEVERAL
                                                                                : MISS_NONE;
    case REFERENCE_EMAIL:
        return presented->type == IDENTITY_SUBJECT_EMAIL && census->has_san &&
                       match_email_subject_miss(rules) == MISS_NONE
                   ? MISS_SUBJECT_EMAIL_NOT_LAST_RESORT
                   : MISS_NONE;
    case REFERENCE_URI:
        return rules->is_signer && presented->type == IDENTITY_URI &&
                       reference_is_spiffe_as_uri(reference)
                   ? MISS_SPIFFE_SIGNER
                   : MISS_NONE;
    case REFERENCE_SPIFFE:
        if (presented->type != IDENTITY_URI)
            return MISS_NONE;
        if (rules->is_signer)
            return MISS_SPIFFE_SIGNER;
        return census->n_uris != 1 ? MISS_URI_NOT_SINGLE : MISS_NONE;
    default:
        return MISS_NONE;
    }
}

enum miss match_one(const struct match_rules *rules, const struct reference *reference,
                    const struct identity *presented)
{
    if (presented->type == IDENTITY_MALFORMED)
        return MISS_MALFORMED;
    if (reference->type == IDENTITY_NONE)
        return MISS_OTHER_TYPE;
    if (reference->set != rules->rules.set)
        return MISS_OTHER_RULES;

    switch (reference->kind) {
    case REFERENCE_HOST:
        return match_host_miss(rules, reference, presented);
    case REFERENCE_EMAIL:
        return match_email_miss(rules, reference, presented);
    case REFERENCE_URI:
    case REFERENCE_SPIFFE:
        return match_uri_miss(reference, presented);
    case REFERENCE_SRV:
        return match_srv_miss(rules, reference, presented);
    default:
        return MISS_OTHER_TYPE;
    }
}

/*
 * Compares one identity as match_one does, unless the certificate's other identities rule it out.
 */
static enum miss compare(const struct match_rules *rules, const struct reference *reference,
                         const struct census *census, const struct identity *presented)
{
    enum miss miss = find_others_miss(rules, reference, census, presented);

    return miss == MISS_NONE ? match_one(rules, reference, presented) : miss;
}

/*
 * Returns whether X509_check_email fails at this identity and looks at no further ones: it does if
 * it cannot decode the identity.
 */
static bool ends_mailboxes(enum rule_set set, const struct identity *presented, enum miss miss)
{
    if (!rule_set_is_openssl_email(set))
        return false;
    return (presented->type == IDENTITY_SUBJECT_EMAIL && miss == MISS_MALFORMED) ||
           (presented->type == IDENTITY_SMTP_UTF8 && miss == MISS_NOT_UTF8);
}

/*
 * Returns whether the emulated program fails at this identity and looks at no further ones. OpenSSL
 * does at a common name that it cannot decode; Python 3.5 at a name with several stars and, if the
 * reference is an address, at an iPAddress of the wrong length.
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
    return miss == MISS_WILDCARD_SEVERAL || miss == MISS_ADDRESS_LENGTH;
}

/*
 * Returns whether Python 3.5 fails because this name is not UTF-8: it decodes all names before it
 * compares any.
 */
static bool is_not_text(const struct identity *presented)
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

static bool find_not_text(const struct identity *presented, size_t n_presented,
                          struct match_result *result)
{
    for (size_t i = 0; i < n_presented; i++) {
        if (is_not_text(&presented[i])) {
            *result = (struct match_result){
                .has_nearest = true, .nearest = i, .why = MISS_NOT_UTF8, .ended = true};
            return true;
        }
    }
    return false;
}

/*
 * Returns true for a dNSName that differs from the reference and has no star. Such a name matches
 * by no rule set, and no emulated program fails at it, so the slower comparison can be left out.
 */
static bool is_surely_another(const struct reference *reference, const struct identity *presented)
{
    bool by_value = reference->set == RULES_RFC9525;
    const char *name = by_value ? reference->value : reference->given;
    size_t len = by_value ? reference->value_len : reference->given_len;

    return reference->kind == REFERENCE_HOST && presented->type == IDENTITY_DNS &&
           !name_equal(presented->data, presented->len, (const uint8_t *)name, len) &&
           !match_switches_has_star(presented);
}

/* Looks only for a match. If there is none, find_nearest finds the reasons. */
static bool find_match(const struct match_rules *rules, const struct reference *reference,
                       const struct census *census, const struct identity *presented,
                       size_t n_presented, struct match_result *result)
{
    for (size_t i = 0; i < n_presented; i++) {
        enum miss miss;

        if (is_surely_another(reference, &presented[i]))
            continue;
        miss = compare(rules, reference, census, &presented[i]);
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
        enum miss miss = compare(rules, reference, census, &presented[i]);
        size_t near = match_rank(reference, &presented[i]);

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
        find_not_text(presented, n_presented, result))
        return;
    take_census(&census, set, reference, presented, n_presented);
    if (!find_match(rules, reference, &census, presented, n_presented, result))
        find_nearest(rules, reference, &census, presented, n_presented, result);
}

enum miss match_why(const struct match_rules *rules, const struct reference *reference,
                    const struct identity *presented, size_t n_presented, size_t index)
{
    struct census census;

    take_census(&census, rules->rules.set, reference, presented, n_presented);
    return compare(rules, reference, &census, &presented[index]);
}
