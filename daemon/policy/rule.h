/* SPDX-License-Identifier: MIT */
#pragma once

/* The rule by which one question is answered. All of it is settled: nothing remains to be
 * inherited. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/rules.h"

/* Where a section is. The strings live as long as the policy. `section` is `defaults`, or the kind
 * with the title as it was written: `domain "bank.example"`. What is in no file has an empty `file`
 * and line 0: `built-in policy` (that of policy_builtin), `built-in defaults` (a configuration
 * without the section `defaults`) and `built-in trust "system"`. */
struct policy_origin {
    const char *section;
    const char *file; /* the name by which it was opened */
    unsigned line;    /* the line of the section's first word */
};

/* In each of these enumerations zero is the strictest value, and a smaller value is stricter than a
 * greater one. */

enum policy_path {
    POLICY_PATH_ALWAYS = 0, /* a path is validated whether the client asks for it or not */
    POLICY_PATH_REPORT,     /* validated always; where the client did not ask, a failure is only
                               reported */
    POLICY_PATH_ON_REQUEST,
};

enum policy_certificates {
    POLICY_CERTIFICATES_WEBPKI =
        0, /* RFC 5280 and the rules that the web's authorities have agreed on */
    POLICY_CERTIFICATES_RFC5280,
    POLICY_CERTIFICATES_COMPATIBLE, /* RFC 5280 section 6 alone, however a CA wrote its certificates
                                     */
};

enum policy_anchors {
    POLICY_ANCHORS_PROFILE = 0, /* trust anchors are checked by the rules on certificates too */
    POLICY_ANCHORS_AS_IS,       /* trust anchors are not checked, RFC 5280 section 6.1.1 */
};

enum policy_revocation {
    POLICY_REVOCATION_REQUIRED = 0, /* a certificate that is not known to be good is refused */
    POLICY_REVOCATION_IF_KNOWN,     /* a certificate that is known to be revoked is refused */
    POLICY_REVOCATION_OFF,
};

/* How the trust anchors of a request are used. */
enum policy_request_anchors {
    POLICY_REQUEST_ANCHORS_NO = 0,  /* a request with anchors is refused */
    POLICY_REQUEST_ANCHORS_REPLACE, /* they replace the policy's anchors */
    POLICY_REQUEST_ANCHORS_ADD,     /* they are added to the policy's anchors */
};

/* Which names below a domain its section covers. */
enum policy_depth {
    POLICY_DEPTH_NONE = 0, /* none: the domain alone */
    POLICY_DEPTH_ONE,      /* names with one label more */
    POLICY_DEPTH_ALL,      /* all names */
};

/* The checks that a path has to pass. */
struct policy_checks {
    enum policy_certificates certificates;
    enum policy_anchors anchors;
    enum policy_revocation revocation;
    /* Bit i: the trust section at index i of policy_trusts. Without any, every path is refused. */
    uint64_t trusts;
    int max_depth; /* the most authorities between end entity and anchor, self-issued ones not
                      counted; -1: no bound */
    int64_t clock_skew_s;   /* how much later than now thisUpdate of a CRL or a response may be */
    int64_t ocsp_max_age_s; /* how long a response without nextUpdate is used */
    /* The client's section or the domain's names `certificates`. Otherwise a trust section that has
     * the key decides for its own anchors. */
    bool certificates_named;
};

struct policy_pinset;

struct policy_rule {
    struct policy_origin
        origin; /* of the domain section that covers the subject, or of `defaults` */
    const struct policy_origin
        *exempted_by; /* of the domain section that exempts the subject, or NULL */
    const struct policy_origin *client_origin; /* of the section of the client, or NULL */

    struct rules rules; /* what is enforced */
    bool has_report;
    struct rules report; /* with has_report: evaluated too, but decides nothing */

    enum policy_path path;
    struct policy_checks checks;
    bool has_checks_report;
    struct policy_checks
        checks_report; /* with has_checks_report: evaluated too, but decides nothing */

    /* The material that a request may bring. */
    bool request_time; /* a request may set the time for certificates, CRLs and OCSP; never for pins
                        */
    enum policy_request_anchors request_anchors;

    const struct policy_pinset *pinset; /* NULL: no pins. A client's section never changes it. */
};

/* The kinds of subjects of a question. */
enum policy_subject_type {
    POLICY_SUBJECT_NONE = 0, /* neither a name nor an address; `defaults` holds */
    POLICY_SUBJECT_NAME,
    POLICY_SUBJECT_IP,
};

/* The subject of a question. It borrows what it points at. */
struct policy_subject {
    enum policy_subject_type type;
    const char *name; /* A-labels in either case; one trailing dot is allowed */
    size_t len;
    const uint8_t *address; /* network order */
    size_t address_len;     /* 4 or 16; any other length counts as POLICY_SUBJECT_NONE */
};
