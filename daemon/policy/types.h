/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What a policy consists of besides its rules (rule.h): trust anchors, pins, denials, clients and
 * recording. Types alone; a policy is immutable, so all of it is only read.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "daemon/policy/lists.h"
#include "daemon/policy/rule.h"
#include "daemon/policy/serial.h"

/* SHA-256 of a SubjectPublicKeyInfo in DER, RFC 7469 section 2.4. */
#define POLICY_PIN_BYTES DIGEST_BYTES

/* Moments are seconds since 1970 in UTC, leap seconds not counted. */
#define POLICY_TIME_MIN INT64_MIN
#define POLICY_TIME_MAX INT64_MAX

/* Shared by pins and denials: zero enforces. */
enum policy_mode {
    POLICY_MODE_ENFORCE = 0,
    POLICY_MODE_REPORT, /* what would be refused is reported, and decides nothing */
};

/* Which certificates of a validated path may hold a pinned key. Without one only the end entity can
 * be shown to: for `issuer` and `anchor` no key counts then, and the pins refuse. So they go with
 * `path = always`, or with clients that ask for paths. */
enum policy_scope {
    POLICY_SCOPE_LEAF = 0, /* the end entity */
    POLICY_SCOPE_ISSUER,   /* any that is neither the end entity nor the anchor */
    POLICY_SCOPE_ANCHOR,   /* the trust anchor */
    POLICY_SCOPE_ANY,
};

enum policy_on_expiry {
    POLICY_ON_EXPIRY_CLOSED = 0, /* nobody is accepted until the pins are renewed */
    POLICY_ON_EXPIRY_REPORT,     /* they are checked and only reported */
    POLICY_ON_EXPIRY_OPEN,       /* they are not looked at any more */
};

struct policy_pinset {
    const char *name;
    const uint8_t (*pins)[POLICY_PIN_BYTES]; /* ascending; two at least */
    size_t n_pins;
    const uint8_t (*bad_pins)[POLICY_PIN_BYTES]; /* ascending */
    size_t n_bad_pins;
    struct policy_origin origin;
    enum policy_mode mode;
    enum policy_scope scope;
    bool local_override; /* a path to an anchor of a trust section other than "system" passes; never
                            one to an anchor of a request */
    int64_t from;        /* the first second at which the pins hold, or POLICY_TIME_MIN */
    int64_t until;       /* the first second at which they hold no more, or POLICY_TIME_MAX */
    enum policy_on_expiry on_expiry;
    unsigned warn_days; /* before `until`; 0: without a warning */
    bool is_named;      /* by a domain */
};

/* Trust sections, "system" included: a rule holds them as the bits of one word. */
#define POLICY_TRUSTS_COUNT 64u

struct policy_trust {
    const char *name;
    struct policy_origin origin;
    /*
     * The store of the system. Without files and directories it is where the system keeps it; an
     * absent one fails questions for a path and not the start. All others, and this one when it
     * names files, must be there and not be empty.
     */
    bool is_system;
    struct policy_texts files;       /* PEM or DER, absolute paths */
    struct policy_texts directories; /* absolute paths */
    struct policy_texts crls;        /* files or directories, absolute paths */
    /* A-labels in lower case; each stands for the name and everything below it. */
    struct policy_texts permitted_dns;
    struct policy_texts excluded_dns;
    struct policy_networks permitted_ip;
    struct policy_networks excluded_ip;
    int64_t distrust_from;      /* end entities with a notBefore from this second on are refused, or
                                   POLICY_TIME_MAX */
    unsigned max_lifetime_days; /* of the end entity; 0: no bound */
    bool is_named;              /* by a section */
};

/* What a section denies by, as bits. */
enum policy_deny_kind {
    POLICY_DENY_NAMES = 1,
    POLICY_DENY_SPKI = 2,
    POLICY_DENY_ISSUER_SPKI = 4,
    POLICY_DENY_SERIALS = 8,
};

struct policy_deny {
    const char *name;
    struct policy_origin origin;
    enum policy_mode mode;
    unsigned kinds;                           /* bits of enum policy_deny_kind */
    struct policy_texts names;                /* A-labels, ascending */
    struct policy_networks networks;          /* of names that are addresses */
    const uint8_t (*spkis)[POLICY_PIN_BYTES]; /* ascending */
    size_t n_spkis;
    const uint8_t (*issuer_spkis)[POLICY_PIN_BYTES]; /* ascending */
    size_t n_issuer_spkis;
    uint8_t issuer[32]; /* SHA-256 of the issuer's Name in DER; with POLICY_DENY_SERIALS */
    const struct policy_serial *serials; /* ascending by length, then by octets */
    size_t n_serials;
};

/* Classes of clients: those without a section, section 1 and so on, and the unidentifiable. */
#define POLICY_CLASS_NONE         0u
#define POLICY_CLASS_UNIDENTIFIED UINT32_MAX

/* What the kernel shows for a uid or gid that the asking process has no name for. */
#define POLICY_ID_UNIDENTIFIED 65534u

/* One line of the table by which a client's class is found. */
struct policy_client {
    bool is_group;
    uint32_t id; /* uid, or gid with is_group */
    uint32_t class_number;
    const struct policy_origin *origin;
};

/* Recording of requests for a trial; `file` is NULL where nothing is recorded. */
struct policy_record {
    const char *file;
    unsigned sample; /* one request in so many */
    uint64_t max_bytes;
    struct policy_origin origin;
};
