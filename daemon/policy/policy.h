/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A policy is made from text and never changes afterwards. Every rule knows the file and line at
 * which it was written. certnamed.conf(5) describes the language, and schema.c has the table of
 * keys.
 *
 * For a subject the most specific domain section that covers it decides; domain sections never
 * merge. A key that this section does not set comes from `defaults`. A key that the section of the
 * asking client sets replaces both, except for pins and denials, which hold for every client.
 *
 * A report key, such as `rules-report`, gives a second value for its key. A question is evaluated
 * by both; only the first one decides, and refusals by the second one are reported. (`common-name =
 * report` enforces yes and reports no.) A section that sets a report which can never differ from
 * what it enforces is refused. A report inherited from `defaults` may be like that, so that one
 * domain can be switched over before the others.
 *
 * Where neither the section nor `defaults` sets them, `common-name`, `wildcards` and
 * `public-suffix-wildcards` are unset, and the rule set decides. No keyword means unset, so a
 * domain cannot unset what `defaults` sets.
 */

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

/*
 * Reads and checks the configuration in the file `path` alone. `suffixes` is borrowed for the call.
 * On success *policyp is the caller's; otherwise it is untouched.
 *
 * A file that somebody else could have written is refused: the file, every folder on its path and
 * every symbolic link have to belong to root or to the effective user, and neither group nor others
 * may have the right to write, except in a sticky folder of root's. At most POLICY_FILE_BYTES are
 * read.
 *
 * Users and groups in sections `client` are looked up with getpwnam_r and getgrnam_r, so the
 * process must not be in a sandbox yet.
 *
 * Returns 0; 1 if the configuration is refused (see *error); or -ENOMEM.
 */
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

/*
 * Loads a configuration of several files: the main file, then the drop-ins in the order of strcmp
 * of their names, whatever their directories. A drop-in's name ends in .conf and does not begin
 * with a dot. An empty file or a link to /dev/null only masks files of its name. Each file and
 * directory has to be as safe as policy_load demands; all files together have at most
 * POLICY_FILE_BYTES. A section that may occur once (one title, `defaults`, `limits`, `record`,
 * `metrics`) may occur once in all files together. Without any file the result is the built-in
 * policy. Returns what policy_load returns.
 */
int policy_load_tree(struct policy **policyp, const struct policy_tree *tree,
                     const struct suffix_list *suffixes, struct policy_error *error);

/*
 * Checks that nobody else could have written a file that the policy names, or a folder and the
 * files in it, by the rules of policy_load. Subfolders, names that begin with a dot, and anything
 * that is neither a file nor a link are not checked, so the code that reads the folder has to
 * ignore them too. A path that is found safe stays safe, since only root and the effective user can
 * change it. Returns 0; 1 if it is unsafe or does not exist (see *error); or -ENOMEM.
 */
int policy_material_check(const char *path, struct policy_error *error);

/*
 * Does what policy_material_check does, but also accepts what belongs to the user with the uid
 * `owner`. Only for material by which a certificate is refused and never trusted.
 */
int policy_material_check_owner(const char *path, uint32_t owner, struct policy_error *error);

/*
 * Checks that nobody else could have put anything at `path`, which need not exist: its folder and
 * all folders above have to be safe by the rules of policy_load. Returns 0; 1 if one of them is
 * unsafe or does not exist (see *error); or -ENOMEM.
 */
int policy_place_check(const char *path, struct policy_error *error);

/*
 * Makes a policy from `text` of `len` bytes in memory, as policy_load does from a file. `name`
 * stands for the file in origins and errors. Reads no file and no environment. Not thread-safe,
 * since libconfuse's lexer has one state in a process.
 */
int policy_parse(struct policy **policyp, const char *name, const char *text, size_t len,
                 const struct suffix_list *suffixes, struct policy_error *error);

/* Makes the built-in policy: rfc9525, no common names, the system's trust, no pins. Returns 0 or
 * -ENOMEM. */
int policy_builtin(struct policy **policyp);

/*
 * Writes the parsed configuration that a policy was loaded from, with the names of its files, as
 * bytes that policy_unpack reads. So one process reads the text, and another one makes the policy
 * without libconfuse. Must not be called after policy_drop_config. If memory runs out,
 * writer->failed is set.
 */
void policy_pack(const struct policy *policy, struct packed_writer *writer);

/*
 * Makes a policy from packed bytes. Everything is checked as for a text, and users and groups are
 * looked up, but no configuration file is read. Returns 0, and *policyp is the caller's; 1 if the
 * configuration is refused (see *error); -EBADMSG for bytes that policy_pack cannot have written;
 * or -ENOMEM.
 */
int policy_unpack(struct policy **policyp, struct packed_reader *reader,
                  const struct suffix_list *suffixes, struct policy_error *error);

/* --- the refusals that a configuration demands --- */

enum policy_claim_kind {
    POLICY_CLAIM_PATH = 1,  /* path = always: a matching name alone is not enough */
    POLICY_CLAIM_PINS,      /* pinset: a key that is not pinned is refused */
    POLICY_CLAIM_WILDCARDS, /* wildcards = none: a wildcard does not match */
    POLICY_CLAIM_DENIED,    /* names of a section `deny`: a listed name is refused */
};

/* A refusal that a configuration demands, with a name for which it demands it. */
struct policy_claim {
    enum policy_claim_kind kind;
    char name[256];   /* A-labels, or an address as policy_network_print writes it */
    const char *file; /* the file that the key is in; the string lives as long as the policy */
    unsigned line;
};

/* The position of policy_claim_next. Zero-initialised, it is before the first claim. */
struct policy_claim_cursor {
    bool denies;
    size_t section;
    size_t part;
};

/*
 * Finds the next claim that holds at the time `now`. Returns true and fills in *claim, or false if
 * there are no more. Claims are read from the parsed sections and not from the tables that answer
 * questions, so that a test of all claims notices a section that was lost between the two. After
 * policy_drop_config there is no claim.
 */
bool policy_claim_next(const struct policy *policy, struct policy_claim_cursor *cursor, int64_t now,
                       struct policy_claim *claim);

/*
 * Frees the parsed sections, which only policy_claim_next and policy_pack need. Called for a policy
 * that from now on only answers questions.
 */
void policy_drop_config(struct policy *policy);

/* Frees a policy; NULL is allowed. Returns NULL. */
struct policy *policy_free(struct policy *policy);

/* --- the rule for a question --- */

/*
 * Fills in the rule for a subject and a client of a class: POLICY_CLASS_NONE,
 * POLICY_CLASS_UNIDENTIFIED or a class of policy_clients; an unknown class counts as
 * POLICY_CLASS_UNIDENTIFIED. Names may have either case and one trailing dot, so that a careless
 * caller never loses a pin. An IPv4-mapped IPv6 address (::ffff:0:0/96) is looked up as IPv4 first.
 * A subject that no domain section covers has the rule of `defaults`. The pointers in *rule are
 * valid as long as the policy. Nothing is allocated. The cost is one hash lookup for each label of
 * a name, or one binary search for each prefix length that the policy has.
 */
void policy_rule_for(const struct policy *policy, const struct policy_subject *subject,
                     uint32_t client_class, struct policy_rule *rule);

/* --- the rest of the policy; returned pointers are valid as long as the policy --- */

/*
 * Returns the trust sections, sorted by name; "system" is always among them. Bit i of
 * policy_checks.trusts stands for element i.
 */
const struct policy_trust *policy_trusts(const struct policy *policy, size_t *n_trustsp);

/*
 * Returns the denials in the order of the configuration. Of the denials that apply to a question,
 * the first one that is enforced decides.
 */
const struct policy_deny *policy_denies(const struct policy *policy, size_t *n_deniesp);

/* Returns the pinsets, sorted by name. */
const struct policy_pinset *policy_pinsets(const struct policy *policy, size_t *n_pinsetsp);

/*
 * Returns the table of clients' classes. The first line that matches a client gives its class.
 * Lines with uids come before those with gids, both in the order of the configuration, so a section
 * that lists the client's uid prevails. No line has POLICY_ID_UNIDENTIFIED: the caller gives a
 * client with that uid the class POLICY_CLASS_UNIDENTIFIED without searching the table.
 */
const struct policy_client *policy_clients(const struct policy *policy, size_t *n_clientsp);

/* Returns the listening sockets that the policy opens, sorted by name. */
const struct policy_listen *policy_listens(const struct policy *policy, size_t *n_listensp);

/*
 * Returns the named sockets that have a section `client`, which holds for all their clients,
 * whatever their user and groups are. Each name occurs once. A policy that names a socket that does
 * not exist must not be put in force.
 */
const struct policy_client_socket *policy_client_sockets(const struct policy *policy,
                                                         size_t *n_socketsp);

const struct limits *policy_limits(const struct policy *policy);

/* Returns the ranges of uids that are divided into blocks, each an account; sorted by uid. */
const struct policy_account_blocks *policy_account_blocks(const struct policy *policy,
                                                          size_t *n_blocksp);

const struct policy_record *policy_record(const struct policy *policy);

/* Returns the path of the metrics socket, or NULL. */
const char *policy_metrics_socket(const struct policy *policy);

/* Returns the files that the policy was read from, in the order of reading, without masked ones. */
struct policy_texts policy_files(const struct policy *policy);

/* Returns the number of domain sections. */
size_t policy_n_domains(const struct policy *policy);

/* --- warnings and text for a person --- */

struct policy_warning {
    const struct policy_origin *origin;
    bool of_time;   /* the warning depends on the time, as one about pins that expire does */
    char text[256]; /* UTF-8 on one line without control characters */
};

/*
 * Fills in warning number `index`, counted from 0, about the policy at the moment `now`. There are
 * warnings about sections that loosen what is built in, sections that nothing refers to, a
 * configuration without sections, and pins that expire soon or have expired. Returns false if there
 * are not that many warnings.
 */
bool policy_warning(const struct policy *policy, int64_t now, size_t index,
                    struct policy_warning *warning);

/* Returns the next moment after `now` at which the state of a pinset changes, or POLICY_TIME_MAX.
 */
int64_t policy_next_change(const struct policy *policy, int64_t now);

/*
 * Prints the effective policy in the configuration's own syntax and in one canonical order, all
 * files in one. `defaults` has every key that is not unset, a domain the keys that differ from
 * `defaults`, a client the keys that it sets; users and groups are printed as written. Two policies
 * with equal sections print alike, whatever their files are called and whether or not a domain
 * repeats what it would inherit. A policy made from the printed text answers every question alike
 * and prints to the same bytes. *textp is malloc'ed and the caller's; *lenp is its length. Returns
 * 0 or -ENOMEM.
 */
int policy_print(const struct policy *policy, char **textp, size_t *lenp);
