/* SPDX-License-Identifier: MIT */
#include "daemon/identity/match_internal.h"

#include <string.h>

#include "base/utf8.h"
#include "daemon/identity/name.h"
#include "daemon/identity/rule_set.h"
#include "daemon/identity/uri.h"

/*
 * References that are no hosts, and one identity. What is compared besides the domain belongs to
 * it: a local part or a service never counts with another identity's domain.
 *
 * A star stands for a label in the domain of a service alone. RFC 9525 section 6.3 leaves wildcards
 * to the technology, and of those that use the other kinds RFC 5922 section 7.2 has none in a URI,
 * RFC 9598 section 5 none in a mailbox.
 */

/* A part of an identity, as one of its own. */
static struct identity part_of(const struct identity *presented, size_t at, size_t len)
{
    return (struct identity){.type = IDENTITY_DNS, .data = presented->data + at, .len = len};
}

static bool is_ascii(const struct identity *presented)
{
    return utf8_is_ascii(presented->data, presented->len);
}

static bool is_utf8(const struct identity *presented)
{
    return utf8_is_valid(presented->data, presented->len);
}

static bool holds_nul(const struct identity *presented)
{
    return presented->len > 0 && memchr(presented->data, '\0', presented->len);
}

/* A domain in which a star is a star. */
static enum miss domain_miss(const struct reference *reference, const struct identity *domain)
{
    if (match_holds_star(domain))
        return MISS_WILDCARD_LITERAL;
    return set_rfc9525_name((const uint8_t *)reference->domain, reference->domain_len, domain);
}

/* --- mailboxes --- */

/* Where the last @ is: `len` if there is none with something before it. */
static size_t find_at(const struct identity *presented)
{
    const uint8_t *at = presented->len > 0 ? memrchr(presented->data, '@', presented->len) : NULL;

    return at && at != presented->data ? (size_t)(at - presented->data) : presented->len;
}

/* The local part byte for byte, the domain but for case. */
static enum miss mailbox_miss(const struct reference *reference, const struct identity *presented)
{
    size_t at = find_at(presented);
    struct identity domain;
    enum miss miss;

    if (at == presented->len)
        return MISS_NOT_A_MAILBOX;
    domain = part_of(presented, at + 1, presented->len - at - 1);
    if (!is_ascii(&domain))
        return MISS_U_LABEL;
    miss = domain_miss(reference, &domain);
    if (miss != MISS_NONE)
        return miss;
    return at == reference->head_len && memcmp(presented->data, reference->value, at) == 0
               ? MISS_NONE
               : MISS_LOCAL_PART;
}

/* RFC 9598 section 3 has SmtpUTF8Mailbox for local parts beyond ASCII alone, and for all of those.
 */
static enum miss rfc_email_miss(const struct reference *reference, const struct identity *presented)
{
    const struct identity local = {.data = (const uint8_t *)reference->value,
                                   .len = reference->head_len};
    enum identity_type type = is_ascii(&local) ? IDENTITY_EMAIL : IDENTITY_SMTP_UTF8;

    if (presented->type == IDENTITY_SUBJECT_EMAIL)
        return MISS_SUBJECT_EMAIL;
    if (presented->type != type)
        return MISS_MAILBOX_TYPE;
    if (holds_nul(presented))
        return MISS_NUL;
    if (type == IDENTITY_EMAIL && !is_ascii(presented))
        return MISS_NOT_ASCII;
    if (type == IDENTITY_SMTP_UTF8 && !is_utf8(presented))
        return MISS_NOT_UTF8;
    return mailbox_miss(reference, presented);
}

enum miss match_subject_email_miss(const struct match_rules *rules)
{
    return rule_set_is_openssl_email(rules->rules.set) && match_subject_counts(&rules->rules)
               ? MISS_NONE
               : MISS_SUBJECT_EMAIL;
}

/* X509_check_email: the same bytes, but for case behind the reference's last @. To it an rfc822Name
 * beyond ASCII is Latin-1 or not, as a SmtpUTF8Mailbox came before it or did not: here it is no
 * name.
 */
static enum miss openssl_email_miss(const struct match_rules *rules,
                                    const struct reference *reference,
                                    const struct identity *presented)
{
    const uint8_t *value = (const uint8_t *)reference->value;
    size_t head = reference->head_len, at = find_at(presented);

    if (presented->type == IDENTITY_SUBJECT_EMAIL) {
        if (match_subject_email_miss(rules) != MISS_NONE)
            return MISS_SUBJECT_EMAIL;
        if (!presented->data)
            return MISS_MALFORMED;
    }
    if (presented->type == IDENTITY_SMTP_UTF8 && !is_utf8(presented))
        return MISS_NOT_UTF8;
    if (holds_nul(presented))
        return MISS_NUL;
    if (presented->type == IDENTITY_EMAIL && !is_ascii(presented))
        return MISS_NOT_ASCII;
    if (at == presented->len)
        return MISS_NOT_A_MAILBOX;
    if (!name_equal(presented->data + at, presented->len - at, value + head,
                    reference->value_len - head))
        return MISS_LABEL;
    return at == head && memcmp(presented->data, value, head) == 0 ? MISS_NONE : MISS_LOCAL_PART;
}

enum miss match_email_miss(const struct match_rules *rules, const struct reference *reference,
                           const struct identity *presented)
{
    switch (presented->type) {
    case IDENTITY_EMAIL:
    case IDENTITY_SMTP_UTF8:
    case IDENTITY_SUBJECT_EMAIL:
        break;
    default:
        return MISS_OTHER_TYPE;
    }
    return rule_set_is_openssl_email(rules->rules.set)
               ? openssl_email_miss(rules, reference, presented)
               : rfc_email_miss(reference, presented);
}

/* --- URIs --- */

static enum miss uri_id_miss(const struct reference *reference, const struct identity *presented)
{
    struct uri uri = {0};
    struct identity host;
    int r;

    if (!is_ascii(presented))
        return MISS_NOT_ASCII;
    r = uri_split(presented->data, presented->len, &uri);
    if (r == URI_USER)
        return MISS_URI_USER;
    if (r != URI_OK)
        return MISS_NOT_A_URI;
    if (!name_equal(uri.scheme, uri.scheme_len, (const uint8_t *)reference->value,
                    reference->head_len))
        return MISS_SCHEME;
    host = (struct identity){.type = IDENTITY_DNS, .data = uri.host, .len = uri.host_len};
    return domain_miss(reference, &host);
}

enum miss match_uri_miss(const struct reference *reference, const struct identity *presented)
{
    if (presented->type != IDENTITY_URI)
        return MISS_OTHER_TYPE;
    if (holds_nul(presented))
        return MISS_NUL;
    if (reference->kind == REFERENCE_URI)
        return uri_id_miss(reference, presented);
    return presented->len == reference->value_len &&
                   memcmp(presented->data, reference->value, presented->len) == 0
               ? MISS_NONE
               : MISS_URI;
}

/* --- services --- */

/* The length of the service with its underscore, before the dot; 0 if there is none. */
static size_t service_len(const struct identity *presented)
{
    size_t len = name_label_len(presented->data, presented->len);

    return len > 1 && len < presented->len && presented->data[0] == '_' ? len : 0;
}

enum miss match_srv_miss(const struct match_rules *rules, const struct reference *reference,
                         const struct identity *presented)
{
    struct identity domain;
    enum miss miss;
    size_t len;

    if (presented->type != IDENTITY_SRV)
        return MISS_OTHER_TYPE;
    if (holds_nul(presented))
        return MISS_NUL;
    if (!is_ascii(presented))
        return MISS_NOT_ASCII;
    len = service_len(presented);
    if (len == 0)
        return MISS_NOT_A_SERVICE;
    if (!name_equal(presented->data, len, (const uint8_t *)reference->value, reference->head_len))
        return MISS_SERVICE;

    domain = part_of(presented, len + 1, presented->len - len - 1);
    miss = set_rfc9525_name((const uint8_t *)reference->domain, reference->domain_len, &domain);
    return miss == MISS_NONE ? match_switches_miss(rules, reference, &domain) : miss;
}

/* --- how near they are --- */

struct identity match_domain_of(const struct identity *presented)
{
    struct uri uri = {0};
    size_t at = presented->len;

    switch (presented->type) {
    case IDENTITY_URI:
        if (uri_split(presented->data, presented->len, &uri) != URI_OK)
            return (struct identity){0};
        return (struct identity){.type = IDENTITY_DNS, .data = uri.host, .len = uri.host_len};
    case IDENTITY_SRV:
        at = name_label_len(presented->data, presented->len);
        break;
    default:
        at = find_at(presented);
    }
    return at < presented->len ? part_of(presented, at + 1, presented->len - at - 1)
                               : (struct identity){0};
}
