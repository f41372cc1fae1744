/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The parts of a policy besides its rules (rule.h): trust anchors, pins, denials, clients and
 * recording. Types alone; a policy is immutable, so all of it is only read.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "daemon/policy/lists.h"
#include "daemon/policy/rule.h"
#include "daemon/policy/serial.h"

/* The bytes of a pin: SHA-256 of a SubjectPublicKeyInfo in DER, RFC 7469 section 2.4. */
#define POLICY_PIN_BYTES DIGEST_BYTES

/* Moments are seconds since 1970 in UTC, without leap seconds. */
#define POLICY_TIME_MIN INT64_MIN
#define POLICY_TIME_MAX INT64_MAX

/* The mode of pins and denials. Zero enforces. */
enum policy_mode {
    POLICY_MODE_ENFORCE = 0,
    POLICY_MODE_REPORT, /* a refusal is reported and decides nothing */
};

/* Which certificates of a validated path may have a pinned key. Without a validated path only the
 * end entity's key counts, so that pins with the scopes `issuer` and `anchor` refuse. These go with
 * `path = always`, or with clients that ask for paths. */
enum policy_scope {
    POLICY_SCOPE_LEAF = 0, /* the end entity */
    POLICY_SCOPE_ISSUER,   /* any certificate between the end entity and the anchor */
    POLICY_SCOPE_ANCHOR,   /* the trust anchor */
    POLICY_SCOPE_ANY,
};

enum policy_on_expiry {
    POLICY_ON_EXPIRY_CLOSED = 0, /* every certificate is refused until the pins are renewed */
    POLICY_ON_EXPIRY_REPORT,     /* the pins are checked, and a refusal is only reported */
    POLICY_ON_EXPIRY_OPEN,       /* the pins are ignored */
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
    bool local_override; /* a path to an anchor of a trust section other than "system" passes; a
                            path to an anchor of the request never does */
    int64_t from;        /* the first second at which the pins count, or POLICY_TIME_MIN */
    int64_t until;       /* the first second at which they no longer count, or POLICY_TIME_MAX */
    enum policy_on_expiry on_expiry;
    unsigned warn_days; /* days before `until`; 0: no warning */
    bool is_named;      /* a domain refers to it */
};

/* The most trust sections, with "system": a rule has one bit for each in a word. */
#define POLICY_TRUSTS_COUNT 64u

/* Whether an end entity that stands in a trust section itself is accepted for that. */
enum policy_end_entities {
    POLICY_END_ENTITIES_NO = 0,
    POLICY_END_ENTITIES_YES,  /* the certificates of the section are authorities, too */
    POLICY_END_ENTITIES_ONLY, /* they are never authorities */
};

struct policy_trust {
    const char *name;
    struct policy_origin origin;
    /* True for the trust "system". Without files and directories it has the system's own store; if
     * that is absent, questions that need a path fail and the daemon starts nevertheless. The files
     * of all other sections, and those that this one names, have to exist and to hold a
     * certificate. */
    bool is_system;
    struct policy_texts files;       /* PEM or DER, absolute paths */
    struct policy_texts directories; /* absolute paths */
    struct policy_texts crls;        /* files or directories, absolute paths */
    /* A-labels in lower case; each stands for the name and all names below it. */
    struct policy_texts permitted_dns;
    struct policy_texts excluded_dns;
    struct policy_networks permitted_ip;
    struct policy_networks excluded_ip;
    int64_t distrust_from; /* end entities whose notBefore is at this second or later are refused;
                              POLICY_TIME_MAX: none */
    unsigned max_lifetime_days; /* of the end entity; 0: no bound */
    bool has_end_entities;      /* the section has the key */
    enum policy_end_entities end_entities;
    bool has_certificates; /* the section has a profile of its own */
    enum policy_certificates certificates;
    bool is_named; /* another section refers to it */
};

/* The kinds of entries that a section lists, as bits. */
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
    struct policy_networks networks;          /* listed among the names */
    const uint8_t (*spkis)[POLICY_PIN_BYTES]; /* ascending */
    size_t n_spkis;
    const uint8_t (*issuer_spkis)[POLICY_PIN_BYTES]; /* ascending */
    size_t n_issuer_spkis;
    uint8_t issuer[32]; /* SHA-256 of the issuer's Name in DER; only with POLICY_DENY_SERIALS */
    const struct policy_serial *serials; /* ascending by length, then by octets */
    size_t n_serials;
};

/* The classes of clients: 0 for clients without a section, 1 for the first section and so on, and
 * the largest number for clients that cannot be identified. */
#define POLICY_CLASS_NONE         0u
#define POLICY_CLASS_UNIDENTIFIED UINT32_MAX

/* The uid or gid that the kernel shows for one that has no name in the daemon's user namespace. */
#define POLICY_ID_UNIDENTIFIED 65534u

/* A line of the table that gives a client's class. */
struct policy_client {
    bool is_group;
    uint32_t id; /* a uid; with is_group a gid */
    uint32_t class_number;
    const struct policy_origin *origin;
};

/* Where and how often requests are recorded for a trial. */
struct policy_record {
    const char *file;
    unsigned sample; /* one request of this many is recorded */
    uint64_t max_bytes;
    struct policy_origin origin;
};
