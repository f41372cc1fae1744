/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The rule by which one question is answered. Nothing in it has to be inherited or looked up any
 * more.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/rules.h"

/*
 * The place of a section. The strings live as long as the policy. `section` is `defaults`, or the
 * kind with the title as it was written: `domain "bank.example"`. A section that stands in no file
 * has an empty `file` and line 0, and is called `built-in policy` (all of the policy made by
 * policy_builtin), `built-in defaults` (the configuration has no section `defaults`) or `built-in
 * trust "system"`.
 */
struct policy_origin {
    const char *section;
    const char *file; /* the path by which the file was opened */
    unsigned line;    /* the line of the section's first word */
};

/* In each of these enumerations zero is the strictest value, and a smaller value is stricter than a
 * greater one. */

enum policy_path {
    POLICY_PATH_ALWAYS = 0, /* a path is validated even if the client does not ask for one */
    POLICY_PATH_REPORT, /* a path is always validated; if the client did not ask for one, a failure
                           is only reported */
    POLICY_PATH_ON_REQUEST,
};

enum policy_certificates {
    /* RFC 5280 and the rules that the CA/Browser Forum has agreed on for the web */
    POLICY_CERTIFICATES_WEBPKI = 0,
    POLICY_CERTIFICATES_RFC5280,
    POLICY_CERTIFICATES_COMPATIBLE, /* RFC 5280 section 6 alone; other faults of a certificate are
                                       accepted */
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

/* The use of trust anchors that a request brings. */
enum policy_request_anchors {
    POLICY_REQUEST_ANCHORS_NO = 0,  /* a request with anchors is refused */
    POLICY_REQUEST_ANCHORS_REPLACE, /* they replace the policy's anchors */
    POLICY_REQUEST_ANCHORS_ADD,     /* they are added to the policy's anchors */
};

/* The names below a domain that the domain's section covers. */
enum policy_depth {
    POLICY_DEPTH_NONE = 0, /* no name below the domain */
    POLICY_DEPTH_ONE,      /* names with one label more than the domain */
    POLICY_DEPTH_ALL,      /* all names below the domain */
};

/* The checks that a path has to pass. */
struct policy_checks {
    enum policy_certificates certificates;
    enum policy_anchors anchors;
    enum policy_revocation revocation;
    /* Bit i stands for the trust section at index i of policy_trusts. If no bit is set, every path
     * is refused. */
    uint64_t trusts;
    int max_depth; /* the most authorities between end entity and anchor, not counting self-issued
                      ones; -1: no bound */
    int64_t clock_skew_s; /* seconds by which thisUpdate of a CRL or an OCSP response may be in the
                             future */
    int64_t ocsp_max_age_s; /* seconds after thisUpdate for which an OCSP response without
                               nextUpdate is used */
    /* The client's section or the domain's section sets `certificates`, so `certificates` above
     * holds for all anchors. If neither does, a trust section that has the key decides for its own
     * anchors. */
    bool certificates_set;
};

struct policy_pinset;

struct policy_rule {
    /* of the domain section that covers the subject, or else of `defaults` */
    struct policy_origin origin;
    /* of the domain section that exempts the subject, or NULL */
    const struct policy_origin *exempted_by;
    const struct policy_origin *client_origin; /* of the client's section, or NULL */

    struct rules rules; /* the rules that decide */
    bool has_report;
    struct rules report; /* set if has_report: evaluated too, and a refusal is only reported */

    enum policy_path path;
    struct policy_checks checks;
    bool has_checks_report;
    /* set if has_checks_report: evaluated too, and a refusal is only reported */
    struct policy_checks checks_report;

    /* The next two fields are about trust anchors and a time that a request brings along. */
    bool request_time; /* a request may set the time at which certificates, CRLs and OCSP responses
                          are judged; pins are always judged by the wall clock */
    enum policy_request_anchors request_anchors;

    const struct policy_pinset *pinset; /* NULL: no pins; a client's section never changes this */
};

/* The things that a question asks about. */
enum policy_subject_type {
    POLICY_SUBJECT_NONE = 0, /* neither a name nor an address; the rule of `defaults` holds */
    POLICY_SUBJECT_NAME,
    POLICY_SUBJECT_IP,
};

/*
 * The reference that a question is about, as far as the policy needs it. The pointers are borrowed.
 */
struct policy_subject {
    enum policy_subject_type type;
    const char *name; /* A-labels in either case; one trailing dot is allowed */
    size_t len;
    const uint8_t *address; /* network order */
    size_t address_len;     /* 4 or 16; any other length counts as POLICY_SUBJECT_NONE */
};
