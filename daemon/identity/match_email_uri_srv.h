/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Compares references that are not hosts (mailboxes, URIs, SPIFFE IDs, services) with one presented
 * identity. Each function returns MISS_NONE for a match, else the reason why not.
 */

#include "daemon/identity/identity.h"
#include "daemon/identity/match_rules.h"
#include "daemon/identity/miss.h"
#include "daemon/identity/reference.h"

/*
 * Compares a mailbox by RFC 5280 section 4.2.1.6 and RFC 9598 section 5, or as X509_check_email
 * does where the rule set says so (rule_set_is_openssl_email).
 */
enum miss match_email_miss(const struct match_rules *rules, const struct reference *reference,
                           const struct identity *presented);

/*
 * Returns MISS_NONE if the rules let an emailAddress of the subject be compared with a mailbox;
 * else MISS_SUBJECT_EMAIL. The other identities of the certificate are not considered.
 */
enum miss match_email_subject_miss(const struct match_rules *rules);

/*
 * Compares a URI-ID by RFC 9525 section 6.5, or a SPIFFE ID byte for byte (X509-SVID section 3.1).
 */
enum miss match_uri_miss(const struct reference *reference, const struct identity *presented);

/* Compares a service and its domain by RFC 4985 and RFC 9525 section 6.5. */
enum miss match_srv_miss(const struct match_rules *rules, const struct reference *reference,
                         const struct identity *presented);

/* Returns the domain inside a mailbox, a URI or a service; an identity of length 0 if there is
 * none. It borrows from `presented`. */
struct identity match_email_uri_srv_domain(const struct identity *presented);
