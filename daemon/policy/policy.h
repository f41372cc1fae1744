/* SPDX-License-Identifier: MIT */
#pragma once

/* A policy: made from text, then immutable. Every rule knows where it was written. The most
 * specific domain section that covers a subject holds for it, and domain sections never merge. A
 * key that it does not set comes from `defaults`; a key that the section of the asking client sets
 * replaces both, except for pins and denials, which always hold. certnamed.conf(5) describes the
 * language and schema.c has its table. The key `rules-report`, and its like for certificates,
 * anchors and revocation, is evaluated under the same other keys and only reported; `common-name =
 * report` enforces yes and reports no. A section that sets a report which can never differ from
 * what it enforces is refused. An inherited report of that kind has no effect, so that one domain
 * can be switched before the others. Where neither the section nor `defaults` sets them,
 * `common-name`, `wildcards` and `public-suffix-wildcards` are unset: the rule set decides. No
 * keyword means unset, so a domain cannot unset what `defaults` sets. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/packed.h"
#include "daemon/identity/suffix.h"
#include "daemon/limits.h"
#include "daemon/policy/bounds.h"
#include "daemon/policy/error.h"
#include "daemon/policy/rule.h"
#include "daemon/policy/types.h"

struct policy;

/* --- loading --- */

/* Reads and checks the configuration in the file `path` alone. `suffixes` is borrowed for the call.
 * On success *policyp is the caller's; otherwise it is untouched. A file that somebody else could
 * have written is refused: the file, every folder on its path and every symbolic link have to
 * belong to root or to the effective user, and neither group nor others may have the right to
 * write, except in a sticky folder of root's. At most POLICY_FILE_BYTES are read. Users and groups
 * in sections `client` are looked up with getpwnam_r and getgrnam_r, so the call comes before any
 * sandbox. Returns 0; 1 if the configuration is refused (see *error); or -ENOMEM. */
int policy_load(struct policy **policyp, const char *path, const struct suffix_list *suffixes,
                struct policy_error *error);

/* The files of a configuration. */
struct policy_tree {
    const char *main; /* read first; NULL: there is no main file */
    /* Directories of drop-ins, such as those in /usr/lib, /run and /etc. A file in a later
     * directory replaces a file of the same name in an earlier one. A directory that does not exist
     * counts as empty. */
    const char *const *directories;
    size_t n_directories;
};

/* As policy_load for several files: the main file, then the drop-ins in the order of strcmp of
 * their names, whatever their directories. A drop-in's name ends in .conf and does not begin with a
 * dot. An empty file or a link to /dev/null only masks files of its name. Each file and directory
 * has to be as safe as policy_load demands; all files together have at most POLICY_FILE_BYTES. A
 * section that may occur once (one title, `defaults`, `limits`, `record`, `metrics`) may occur once
 * in all files together. Without any file the result is policy_builtin's. Returns as policy_load.
 */
int policy_load_tree(struct policy **policyp, const struct policy_tree *tree,
                     const struct suffix_list *suffixes, struct policy_error *error);

/* Checks that nobody else could have written a file that the policy names, or a folder and the
 * files in it, by the rules of policy_load. Subfolders, names that begin with a dot, and what is
 * neither file nor link are not checked, and the reader has to ignore them too. A path that is
 * found safe stays safe, since only root and the effective user can change it. Returns 0; 1 if it
 * is unsafe or does not exist (see *error); or -ENOMEM. */
int policy_material_check(const char *path, struct policy_error *error);

/* Checks that nobody else could have put something at `path`, where there may be nothing yet: its
 * folder and all folders above have to be safe by the rules of policy_load. Returns 0; 1 if they
 * are not or do not exist (see *error); or -ENOMEM. */
int policy_place_check(const char *path, struct policy_error *error);

/* As policy_load, but from memory: `text` of `len` bytes. `name` stands for the file in origins and
 * errors. It reads no file and no environment. Not thread-safe, since libconfuse's lexer has one
 * state in a process. */
int policy_parse(struct policy **policyp, const char *name, const char *text, size_t len,
                 const struct suffix_list *suffixes, struct policy_error *error);

/* Makes the built-in policy: rfc9525, no common names, the system's trust, no pins. Returns 0 or
 * -ENOMEM. */
int policy_builtin(struct policy **policyp);

/*
 * Writes the parsed configuration that a policy was loaded from, with the names of its files, in
 * bytes that policy_unpack reads: so that one process reads the text, and another one does not need
 * the library that does. Not after policy_drop_config. A failure is the writer's.
 */
void policy_pack(const struct policy *policy, struct packed_writer *writer);

/*
 * Makes the policy of packed bytes. Everything is checked as it is for a text, users and groups are
 * looked up, and no file of the configuration is read. Returns 0, and *policyp is the caller's; 1
 * if the configuration is refused (see *error); -EBADMSG for bytes that policy_pack cannot have
 * written; or -ENOMEM.
 */
int policy_unpack(struct policy **policyp, struct packed_reader *reader,
                  const struct suffix_list *suffixes, struct policy_error *error);

/* --- what a configuration claims to refuse --- */

enum policy_claim_kind {
    POLICY_CLAIM_PATH = 1,  /* path = always: a name alone is not enough */
    POLICY_CLAIM_PINS,      /* pinset: a key that is not pinned is refused */
    POLICY_CLAIM_WILDCARDS, /* wildcards = none: a wildcard does not match */
    POLICY_CLAIM_DENIED,    /* names of a section deny */
};

/* A key of a section that refuses something, for a name that it holds for. */
struct policy_claim {
    enum policy_claim_kind kind;
    char name[256];   /* in A-labels, or an address as it is printed */
    const char *file; /* where the key stands; it lives as long as the policy */
    unsigned line;
};

/* Zero-initialised, it stands before the first claim. */
struct policy_claim_cursor {
    bool denies;
    size_t section;
    size_t part;
};

/*
 * Returns whether there is another claim at the time `now`, and *claim is it. Claims are read from
 * the sections as they were parsed and not from the tables that a policy decides by, so that a
 * section which got lost between the two shows. There is none after policy_drop_config.
 */
bool policy_claim_next(const struct policy *policy, struct policy_claim_cursor *cursor, int64_t now,
                       struct policy_claim *claim);

/* Frees what policy_claim_next and policy_pack need of a policy that will only serve. */
void policy_drop_config(struct policy *policy);

/* Frees a policy; NULL is allowed. Returns NULL. */
struct policy *policy_free(struct policy *policy);

/* --- the rule of a question --- */

/* Fills in the rule for a subject and a client of a class: POLICY_CLASS_NONE,
 * POLICY_CLASS_UNIDENTIFIED or a class of policy_clients; an unknown class counts as
 * POLICY_CLASS_UNIDENTIFIED. Names are found in either case and with one trailing dot, so that a
 * caller's slip never loses a pin. An IPv4-mapped address (::ffff:0:0/96) is looked up as IPv4
 * first. A subject that no domain section covers has the rule of `defaults`. What *rule points at
 * lives as long as the policy. Nothing is allocated. The cost is one look for each label of a name,
 * or one binary search for each length of prefix in the policy. */
void policy_rule_for(const struct policy *policy, const struct policy_subject *subject,
                     uint32_t client_class, struct policy_rule *rule);

/* --- the rest of the policy; what is returned lives as long as the policy --- */

/* Returns the trust sections by name; "system" is always among them. A rule's `trusts` are indices
 * into this array. */
const struct policy_trust *policy_trusts(const struct policy *policy, size_t *n_trustsp);

/* Returns the denials in the order of the configuration. Of those that apply, the first that
 * enforces decides. */
const struct policy_deny *policy_denies(const struct policy *policy, size_t *n_deniesp);

/* Returns the pinsets by name. */
const struct policy_pinset *policy_pinsets(const struct policy *policy, size_t *n_pinsetsp);

/* Returns the table of clients' classes. The first line that matches a client gives its class.
 * Lines by uid come before those by gid, both in the order of the configuration, so a section that
 * names the uid prevails. No line has POLICY_ID_UNIDENTIFIED: the caller gives a client with that
 * uid the class POLICY_CLASS_UNIDENTIFIED without looking here. */
const struct policy_client *policy_clients(const struct policy *policy, size_t *n_clientsp);

const struct limits *policy_limits(const struct policy *policy);
const struct policy_record *policy_record(const struct policy *policy);

/* Returns the path of the metrics socket, or NULL. */
const char *policy_metrics_socket(const struct policy *policy);

/* Returns the files that the policy was read from, in their order, without masked ones. */
struct policy_texts policy_files(const struct policy *policy);

/* Returns the number of domain sections. */
size_t policy_n_domains(const struct policy *policy);

/* --- for a person --- */

struct policy_warning {
    const struct policy_origin *origin;
    bool of_time;   /* it depends on the time, as pins that expire do */
    char text[256]; /* UTF-8 on one line without control characters */
};

/* Fills in warning number `index` about the policy at the moment `now`: sections that loosen what
 * is built in, sections that nothing refers to, a configuration without sections, pins that expire
 * soon or have expired. Returns false if there are not so many warnings. */
bool policy_warning(const struct policy *policy, int64_t now, size_t index,
                    struct policy_warning *remark);

/* Returns the next moment after `now` at which the state of a pinset changes, or POLICY_TIME_MAX.
 */
int64_t policy_next_change(const struct policy *policy, int64_t now);

/* Prints the effective policy in the configuration's own syntax and one canonical order, all files
 * in one. `defaults` has every key that is not unset, a domain the keys that differ from
 * `defaults`, a client the keys that it sets; users and groups are printed as written. Two policies
 * with equal sections print alike, whatever their files are called and whether a domain writes what
 * it would inherit. The text parses to a policy that decides alike and prints to the same bytes.
 * *textp is malloc'ed and the caller's. Returns 0 or -ENOMEM. */
int policy_print(const struct policy *policy, char **textp, size_t *lenp);
