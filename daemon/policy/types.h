/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The parts of a policy besides its rules (rule.h): trust anchors, pins, denials, clients and
 * recording. This header has types and no functions. All of them are part of a policy, so they are
 * never changed after loading.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "daemon/policy/lists.h"
#include "daemon/policy/rule.h"
#include "daemon/policy/serial.h"

/*
 * The length of a pin, which is the SHA-256 of a SubjectPublicKeyInfo in DER (RFC 7469 section
 * 2.4).
 */
#define POLICY_PIN_BYTES DIGEST_BYTES

/*
 * The bounds of moments, which are seconds since 1970 in UTC, without leap seconds. A moment at one
 * of these bounds means that there is no bound in time.
 */
#define POLICY_TIME_MIN INT64_MIN
#define POLICY_TIME_MAX INT64_MAX

/* Whether refusals by a pinset or by denials count. Zero enforces. */
enum policy_mode {
    POLICY_MODE_ENFORCE = 0,
    POLICY_MODE_REPORT, /* a refusal is only reported */
};

/*
 * The certificates of a validated path of which one has to have a pinned key. If no path is
 * validated, only the end entity's key counts, so pins with the scope `issuer` or `anchor` refuse.
 * They are useful with `path = always`, or with clients that ask for paths.
 */
enum policy_scope {
    POLICY_SCOPE_LEAF = 0, /* the end entity */
    POLICY_SCOPE_ISSUER,   /* a certificate between the end entity and the anchor */
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
    const uint8_t (*pins)[POLICY_PIN_BYTES]; /* ascending, two at least */
    size_t n_pins;
    const uint8_t (*bad_pins)[POLICY_PIN_BYTES]; /* forbidden keys, ascending */
    size_t n_bad_pins;
    struct policy_origin origin;
    enum policy_mode mode;
    enum policy_scope scope;
    bool local_override; /* a path to an anchor of a trust section other than "system" passes; a
                            path to an anchor of the request never does */
    int64_t from;        /* the first second at which the pins count, or POLICY_TIME_MIN */
    int64_t until;       /* the first second at which they no longer count, or POLICY_TIME_MAX */
    enum policy_on_expiry on_expiry;
    unsigned warn_days; /* days before `until` from which the daemon warns; 0: never */
    bool is_named;      /* a domain section refers to it */
};

/*
 * The most trust sections, "system" included: a rule has one bit of a 64-bit word for each of them.
 */
#define POLICY_TRUSTS_COUNT 64u

/* Whether an end entity is accepted because its own certificate is in the trust section. */
enum policy_end_entities {
    POLICY_END_ENTITIES_NO = 0,
    POLICY_END_ENTITIES_YES,  /* yes; the certificates of the section are authorities, too */
    POLICY_END_ENTITIES_ONLY, /* yes; the certificates of the section are never authorities */
};

/* The user who may write the filters of CRLite besides root, where the policy names none. */
#define POLICY_CRLITE_OWNER "upki"
/* The folder of the filters for the section "system" if it names none; upki writes them there. */
#define POLICY_CRLITE_FOLDER "/var/cache/upki/revocation"

struct policy_trust {
    const char *name;
    struct policy_origin origin;
    /* True for the trust "system". Without files and directories it uses the system's own store; if
     * that is missing, the daemon starts nevertheless, and questions that need a path fail. A file
     * that any trust section lists has to exist and to hold a certificate. */
    bool is_system;
    struct policy_texts files;       /* PEM or DER, absolute paths */
    struct policy_texts directories; /* absolute paths */
    struct policy_texts crls;        /* files or directories, absolute paths */
    const char *crlite; /* the folder of CRLite's filters, an absolute path; NULL: none is named */
    const char *crlite_owner; /* the user who may write to it besides root, a name or a number;
                                 NULL: POLICY_CRLITE_OWNER */
    /* Names are A-labels in lower case; each stands for the name and all names below it. */
    struct policy_texts permitted_dns;
    struct policy_texts excluded_dns;
    struct policy_networks permitted_ip;
    struct policy_networks excluded_ip;
    int64_t distrust_from; /* end entities whose notBefore is at this second or later are refused;
                              POLICY_TIME_MAX: no end entity is */
    unsigned max_lifetime_days; /* the largest number of days for which an end entity may be valid;
                                   0: no fixed number */
    bool has_web_lifetime;      /* the largest number of days follows the schedule of the public web
                                   (profile.h) */
    bool has_end_entities;      /* the section sets `end-entities` */
    enum policy_end_entities end_entities;
    bool has_certificates; /* the section sets `certificates`, a profile for paths to its anchors */
    enum policy_certificates certificates;
    bool is_named; /* another section refers to it */
};

/* The kinds of entries that a section `deny` may list, as bits. */
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
    struct policy_networks networks;          /* those that are listed among the names */
    const uint8_t (*spkis)[POLICY_PIN_BYTES]; /* keys of end entities, ascending */
    size_t n_spkis;
    const uint8_t (
        *issuer_spkis)[POLICY_PIN_BYTES]; /* keys of other certificates of a path, ascending */
    size_t n_issuer_spkis;
    uint8_t issuer[32];                  /* SHA-256 of the issuer's Name in DER; set if `kinds` has
                                            POLICY_DENY_SERIALS */
    const struct policy_serial *serials; /* ascending by length, then by octets */
    size_t n_serials;
};

/*
 * The class of a client stands for its section: 0 for a client without a section, n for section
 * number n, counted from 1, and the largest number for a client that cannot be identified.
 */
#define POLICY_CLASS_NONE         0u
#define POLICY_CLASS_UNIDENTIFIED UINT32_MAX

/*
 * The overflow uid and gid, which the kernel shows for an id that the daemon's user namespace does
 * not map.
 */
#define POLICY_ID_UNIDENTIFIED 65534u

/* A line of the table that gives a client's class. */
struct policy_client {
    bool is_group;
    uint32_t id; /* a uid, or with is_group a gid */
    uint32_t class_number;
    const struct policy_origin *origin;
};

/* A listening socket that the policy opens. */
struct policy_listen {
    const char *name;
    const char *path;
    unsigned mode; /* the permission bits of the socket file */
    struct policy_origin origin;
    bool is_named; /* a section `client` refers to the socket */
};

/* A named socket with a section `client`, which holds for all its clients. */
struct policy_client_socket {
    const char *name;
    uint32_t class_number;
    const struct policy_origin *origin;
};

/* A range of uids in which every n_uids in a row are charged as one account. */
struct policy_account_blocks {
    uint32_t first, last; /* the first and the last uid of the range */
    uint32_t n_uids;
};

/* The file to which requests are recorded for a trial, and how many of them. */
struct policy_record {
    const char *file;
    unsigned sample; /* one request out of this many is recorded */
    uint64_t max_bytes;
    struct policy_origin origin;
};
