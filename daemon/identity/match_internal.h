/* SPDX-License-Identifier: MIT */
#pragma once

/* What the files of that name share: one identity's judges, each without an eye on the others. */

#include "daemon/identity/match.h"

bool match_holds_star(const struct identity *presented);

/* What the switches say of a name that the rule set takes for reference->domain. */
enum miss match_switches_miss(const struct match_rules *rules, const struct reference *reference,
                              const struct identity *presented);

/* Whether the subject's names are looked at. */
bool match_subject_counts(const struct rules *rules);

/* A common name, if nothing but itself keeps it from being one that is compared with a host. */
enum miss match_common_name_miss(const struct match_rules *rules,
                                 const struct reference *reference);

/* An emailAddress of the subject, likewise, with a mailbox. */
enum miss match_subject_email_miss(const struct match_rules *rules);

/* RFC 5280 section 4.2.1.6, RFC 9598 section 5; or X509_check_email. */
enum miss match_email_miss(const struct match_rules *rules, const struct reference *reference,
                           const struct identity *presented);

/* RFC 9525 section 6.5; of a SPIFFE ID every byte. */
enum miss match_uri_miss(const struct reference *reference, const struct identity *presented);

/* RFC 4985, RFC 9525 section 6.5. */
enum miss match_srv_miss(const struct match_rules *rules, const struct reference *reference,
                         const struct identity *presented);

/* The domain within a mailbox, a URI or a service; of length 0 where there is none. */
struct identity match_domain_of(const struct identity *presented);
