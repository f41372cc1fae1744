/* SPDX-License-Identifier: MIT */
#pragma once

/* What holds for one question: a rule, settled, nothing left to inherit. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/rules.h"

/*
 * Where a rule stands. Strings live as long as the policy. `section` is `defaults` or `domain
 * "bank.example"` (the title as it was written). Some stand in no file, with an empty `file` and
 * line 0: `built-in policy`, that of policy_builtin; `built-in defaults`, where a configuration has
 * no section `defaults`; and `built-in trust "system"`.
 */
struct policy_origin {
    const char *section;
    const char *file; /* as it was opened */
    unsigned line;    /* of the section's first word */
};

/* In each of these zero is the strictest, and a smaller one is stricter than a greater one. */

enum policy_path {
    POLICY_PATH_ALWAYS = 0, /* asked for or not */
    POLICY_PATH_REPORT,     /* asked for or not; where it was not, a failure is only reported */
    POLICY_PATH_ON_REQUEST,
};

enum policy_certificates {
    POLICY_CERTIFICATES_WEBPKI = 0, /* RFC 5280 and what the web's authorities have agreed on */
    POLICY_CERTIFICATES_RFC5280,
};

enum policy_anchors {
    POLICY_ANCHORS_PROFILE = 0, /* an anchor is held to the rules on certificates too */
    POLICY_ANCHORS_AS_IS,       /* it is trusted as it stands, RFC 5280 section 6.1.1 */
};

enum policy_revocation {
    POLICY_REVOCATION_REQUIRED = 0, /* not known to be good is refused */
    POLICY_REVOCATION_IF_KNOWN,     /* known to be revoked is refused */
    POLICY_REVOCATION_OFF,
};

/* What becomes of the anchors that a request brings. */
enum policy_request_anchors {
    POLICY_REQUEST_ANCHORS_NO = 0,  /* such a request is refused */
    POLICY_REQUEST_ANCHORS_REPLACE, /* they stand alone */
    POLICY_REQUEST_ANCHORS_ADD,     /* they stand beside those of the policy */
};

/* How deep a domain's section reaches. */
enum policy_depth {
    POLICY_DEPTH_NONE = 0, /* the domain itself */
    POLICY_DEPTH_ONE,      /* and one label below */
    POLICY_DEPTH_ALL,      /* and everything below */
};

/* What a path is held to. */
struct policy_checks {
    enum policy_certificates certificates;
    enum policy_anchors anchors;
    enum policy_revocation revocation;
    /* Bit i: the trust at index i of policy_trusts. None at all: no path is good. */
    uint64_t trusts;
    int max_depth; /* authorities between end entity and anchor, self-issued ones not counted; -1:
                      no bound */
    int64_t clock_skew_s;   /* how much later than now thisUpdate of a CRL or a response may be */
    int64_t ocsp_max_age_s; /* how long a response without nextUpdate is used */
};

struct policy_pinset;

struct policy_rule {
    struct policy_origin origin;               /* of the domain that won, or `defaults` */
    const struct policy_origin *exempted_by;   /* of the domain that exempts this one, or NULL */
    const struct policy_origin *client_origin; /* of the section of the client, or NULL */

    struct rules rules; /* what is enforced */
    bool has_report;
    struct rules report; /* with has_report: worked out too, decides nothing */

    enum policy_path path;
    struct policy_checks checks;
    bool has_checks_report;
    struct policy_checks
        checks_report; /* with has_checks_report: worked out too, decides nothing */

    /* All that a request can be handed. */
    bool request_time; /* its time counts for certificates, CRLs and OCSP; never for pins */
    enum policy_request_anchors request_anchors;

    const struct policy_pinset *pinset; /* NULL: no pins; a client's section never changes it */
};

/* What a question is about. */
enum policy_subject_type {
    POLICY_SUBJECT_NONE = 0, /* neither: `defaults` */
    POLICY_SUBJECT_NAME,
    POLICY_SUBJECT_IP,
};

/* Borrows what it points at. */
struct policy_subject {
    enum policy_subject_type type;
    const char *name; /* A-labels; either case and one trailing dot are taken */
    size_t len;
    const uint8_t *address; /* network order */
    size_t address_len;     /* 4 or 16; any other is as good as POLICY_SUBJECT_NONE */
};
