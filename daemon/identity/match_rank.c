/* SPDX-License-Identifier: MIT */
#include "daemon/identity/match_rank.h"

#include <stdbool.h>
#include <stdint.h>

#include "daemon/identity/match_email_uri_srv.h"
#include "daemon/identity/match_switches.h"
#include "daemon/identity/name.h"

/*
 * The ranks that do not depend on labels. RANK_NAME is that of a name without an equal label; each
 * equal label adds RANK_LABEL.
 */
enum {
    RANK_NONE = 0,
    RANK_SUBJECT,
    RANK_UNDECODED,
    RANK_FAMILY,
    RANK_ADDRESS,
    RANK_NAME,
    RANK_STAR = 1,
    RANK_COUNT = 2,
    RANK_LABEL = 4,
};
#define RANK_TEXT       (SIZE_MAX - 1)
#define RANK_BLANK_TEXT (SIZE_MAX - 2)

static bool is_blank(uint8_t byte)
{
    return byte <= ' ' || byte == 0x7f;
}

/*
 * Returns whether the identity's text is the reference's if blanks and control characters are left
 * out; *blankp is then whether any were.
 */
static bool has_text(const struct reference *reference, const struct identity *presented,
                     bool *blankp)
{
    const uint8_t *value = (const uint8_t *)reference->value;
    size_t n = 0;

    *blankp = false;
    for (size_t i = 0; i < presented->len; i++) {
        if (is_blank(presented->data[i])) {
            *blankp = true;
            continue;
        }
        if (n == reference->value_len || !name_equal(&presented->data[i], 1, &value[n], 1))
            return false;
        n++;
    }
    return n > 0 && n == reference->value_len;
}

/* A trailing dot is ignored here, although it prevents a match. */
static size_t rank_domain(const struct reference *reference, const struct identity *domain)
{
    const uint8_t *asked = (const uint8_t *)reference->domain;
    size_t len = domain->len;
    size_t rank = RANK_NAME;

    if (len > 0 && domain->data[len - 1] == '.')
        len--;
    rank += RANK_LABEL * name_common_labels(domain->data, len, asked, reference->domain_len);
    if (len > 0 &&
        name_count_labels(domain->data, len) == name_count_labels(asked, reference->domain_len))
        rank += match_switches_has_star(domain) ? RANK_COUNT + RANK_STAR : RANK_COUNT;
    return rank;
}

static size_t rank_host(const struct reference *reference, const struct identity *presented)
{
    bool is_blank_text;

    switch (presented->type) {
    case IDENTITY_DNS:
    case IDENTITY_IP:
    case IDENTITY_CN:
        if (has_text(reference, presented, &is_blank_text))
            return is_blank_text ? RANK_BLANK_TEXT : RANK_TEXT;
        break;
    case IDENTITY_MALFORMED:
        return RANK_UNDECODED;
    default:
        return RANK_NONE;
    }
    if (presented->type == IDENTITY_CN)
        return RANK_SUBJECT;
    if (presented->type != reference->type)
        return RANK_NONE;
    if (presented->type == IDENTITY_IP)
        return presented->len == reference->address_len ? RANK_ADDRESS : RANK_FAMILY;
    return rank_domain(reference, presented);
}

/* The most specific part of a SPIFFE ID is at its end, so the bytes from the left are counted. */
static size_t rank_uri(const struct reference *reference, const struct identity *presented)
{
    size_t n = 0;

    while (n < presented->len && n < reference->value_len &&
           presented->data[n] == (uint8_t)reference->value[n])
        n++;
    return RANK_NAME + n;
}

size_t match_rank(const struct reference *reference, const struct identity *presented)
{
    bool email = reference->kind == REFERENCE_EMAIL;
    struct identity domain;

    if (reference->kind == REFERENCE_HOST)
        return rank_host(reference, presented);
    if (email && presented->type == IDENTITY_SUBJECT_EMAIL)
        return RANK_SUBJECT;
    if (presented->type != reference->type && !(email && presented->type == IDENTITY_SMTP_UTF8))
        return RANK_NONE;
    if (reference->kind == REFERENCE_SPIFFE)
        return rank_uri(reference, presented);
    domain = match_email_uri_srv_domain(presented);
    return rank_domain(reference, &domain);
}
