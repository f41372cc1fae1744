/* SPDX-License-Identifier: MIT */
#include "daemon/identity/match_email_uri_srv.h"

#include <string.h>

#include "base/utf8.h"
#include "daemon/identity/match_switches.h"
#include "daemon/identity/name.h"
#include "daemon/identity/rule_set.h"
#include "daemon/identity/uri.h"

/*
 * The local part of a mailbox and the service of an SRV-ID are always compared together with the
 * domain of the same identity, never each with the part of another identity.
 *
 * Only the domain of a service may have a wildcard. RFC 9525 section 6.3 leaves wildcards to each
 * protocol: RFC 5922 section 7.2 forbids them in a URI, RFC 9598 section 5 in a mailbox.
 */

/* Returns `len` bytes of an identity, from offset `at`, as a DNS-ID. */
static struct identity get_part(const struct identity *presented, size_t at, size_t len)
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

static bool has_nul(const struct identity *presented)
{
    return presented->len > 0 && memchr(presented->data, '\0', presented->len);
}

/* Compares a domain that may have no wildcard. */
static enum miss compare_domain(const struct reference *reference, const struct identity *domain)
{
    if (match_switches_has_star(domain))
        return MISS_WILDCARD_LITERAL;
    return rule_set_rfc9525_miss((const uint8_t *)reference->domain, reference->domain_len, domain);
}

/* --- mailboxes --- */

/* Returns the offset of the last @, or presented->len if there is none or it is the first byte. */
static size_t find_at(const struct identity *presented)
{
    const uint8_t *at = presented->len > 0 ? memrchr(presented->data, '@', presented->len) : NULL;

    return at && at != presented->data ? (size_t)(at - presented->data) : presented->len;
}

/* Compares the local part byte for byte and the domain without regard to case. */
static enum miss compare_mailbox(const struct reference *reference,
                                 const struct identity *presented)
{
    size_t at = find_at(presented);
    struct identity domain;
    enum miss miss;

    if (at == presented->len)
        return MISS_NOT_A_MAILBOX;
    domain = get_part(presented, at + 1, presented->len - at - 1);
    if (!is_ascii(&domain))
        return MISS_U_LABEL;
    miss = compare_domain(reference, &domain);
    if (miss != MISS_NONE)
        return miss;
    return at == reference->head_len && memcmp(presented->data, reference->value, at) == 0
               ? MISS_NONE
               : MISS_LOCAL_PART;
}

/*
 * Compares a mailbox by RFC 9598 section 3: a local part with characters beyond ASCII is in a
 * SmtpUTF8Mailbox, any other in an rfc822Name.
 */
static enum miss compare_email(const struct reference *reference, const struct identity *presented)
{
    const struct identity local = {.data = (const uint8_t *)reference->value,
                                   .len = reference->head_len};
    enum identity_type type = is_ascii(&local) ? IDENTITY_EMAIL : IDENTITY_SMTP_UTF8;

    if (presented->type == IDENTITY_SUBJECT_EMAIL)
        return MISS_SUBJECT_EMAIL;
    if (presented->type != type)
        return MISS_MAILBOX_TYPE;
    if (has_nul(presented))
        return MISS_NUL;
    if (type == IDENTITY_EMAIL && !is_ascii(presented))
        return MISS_NOT_ASCII;
    if (type == IDENTITY_SMTP_UTF8 && !is_utf8(presented))
        return MISS_NOT_UTF8;
    return compare_mailbox(reference, presented);
}

enum miss match_email_subject_miss(const struct match_rules *rules)
{
    return rule_set_is_openssl_email(rules->rules.set) && match_switches_take_subject(&rules->rules)
               ? MISS_NONE
               : MISS_SUBJECT_EMAIL;
}

/*
 * Compares as X509_check_email does: the bytes have to be equal, except for the case of letters
 * after the reference's last @. OpenSSL reads an rfc822Name beyond ASCII as Latin-1 if a
 * SmtpUTF8Mailbox precedes it, and else not; here such a name never matches.
 */
static enum miss compare_openssl_email(const struct match_rules *rules,
                                       const struct reference *reference,
                                       const struct identity *presented)
{
    const uint8_t *value = (const uint8_t *)reference->value;
    size_t head = reference->head_len, at = find_at(presented);

    if (presented->type == IDENTITY_SUBJECT_EMAIL) {
        if (match_email_subject_miss(rules) != MISS_NONE)
            return MISS_SUBJECT_EMAIL;
        if (!presented->data)
            return MISS_MALFORMED;
    }
    if (presented->type == IDENTITY_SMTP_UTF8 && !is_utf8(presented))
        return MISS_NOT_UTF8;
    if (has_nul(presented))
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
               ? compare_openssl_email(rules, reference, presented)
               : compare_email(reference, presented);
}

/* --- URIs --- */

static enum miss compare_uri_id(const struct reference *reference, const struct identity *presented)
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
    return compare_domain(reference, &host);
}

enum miss match_uri_miss(const struct reference *reference, const struct identity *presented)
{
    if (presented->type != IDENTITY_URI)
        return MISS_OTHER_TYPE;
    if (has_nul(presented))
        return MISS_NUL;
    if (reference_is_spiffe_as_uri(reference))
        return MISS_SPIFFE_AS_URI;
    if (reference->kind == REFERENCE_URI)
        return compare_uri_id(reference, presented);
    return presented->len == reference->value_len &&
                   memcmp(presented->data, reference->value, presented->len) == 0
               ? MISS_NONE
               : MISS_URI;
}

/* --- services --- */

/*
 * Returns the length of the first label if it is a service (an underscore and more) and a dot
 * follows; else 0.
 */
static size_t find_service_len(const struct identity *presented)
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
    if (has_nul(presented))
        return MISS_NUL;
    if (!is_ascii(presented))
        return MISS_NOT_ASCII;
    len = find_service_len(presented);
    if (len == 0)
        return MISS_NOT_A_SERVICE;
    if (!name_equal(presented->data, len, (const uint8_t *)reference->value, reference->head_len))
        return MISS_SERVICE;

    domain = get_part(presented, len + 1, presented->len - len - 1);
    miss = rule_set_rfc9525_miss((const uint8_t *)reference->domain, reference->domain_len,
                                 &domain);
    return miss == MISS_NONE ? match_switches_miss(rules, reference, &domain) : miss;
}

/* --- the domain of an identity, for the choice of the nearest miss --- */

struct identity match_email_uri_srv_domain(const struct identity *presented)
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
    return at < presented->len ? get_part(presented, at + 1, presented->len - at - 1)
                               : (struct identity){0};
}
