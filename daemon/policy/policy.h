/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The policy: text in, an immutable object out. Every rule knows where it was written. The most
 * specific domain wins, and nothing merges between domains; what its section does not say comes
 * from `defaults`. What the section of the asking client says comes before both, but for pins and
 * denials: those always hold. The language stands in certnamed.conf(5); keys.c is its table.
 *
 * `rules-report` (and its like for certificates, anchors and revocation) is worked out too and only
 * reported, under the same other keys; `common-name = report` enforces yes and reports no. A report
 * that a section writes and that could never differ is refused: it names what is enforced there.
 * One that it inherits is then without effect, so that a domain can be switched before the others.
 *
 * `common-name`, `wildcards` and `public-suffix-wildcards`, where neither the section nor
 * `defaults` has them, are unset: as the rule set has it. There is no word for that, so what
 * `defaults` sets a domain can set otherwise but not unset.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/packed.h"
#include "daemon/identity/suffix.h"
#include "daemon/limits.h"
#include "daemon/policy/error.h"
#include "daemon/policy/rule.h"
#include "daemon/policy/types.h"

/* The largest configuration, all its files together: ten thousand domains with comments fit in a
 * quarter of it. */
#define POLICY_FILE_BYTES (4u << 20)
/* The longest title or value, above any domain name's: libconfuse's lexer is quadratic in it. */
#define POLICY_VALUE_BYTES 1024u
/* Sections of one kind: enough for a fleet, and still read in well under a second. */
#define POLICY_SECTIONS_COUNT 10000u
/* Pins in one pinset: keys in use, their backups, and a few authorities. */
#define POLICY_PINS_COUNT 64u
/* Values of any other list: longer ones are for CRLs and for sections of their own. */
#define POLICY_VALUES_COUNT 1024u
/* Sections `deny`: each is looked into for every question. */
#define POLICY_DENIES_COUNT 64u
/* Sections `client`. */
#define POLICY_CLIENTS_COUNT 1024u
/* Users and groups in all of them. */
#define POLICY_CLIENT_IDS_COUNT 4096u
/* The path of a socket: sun_path without its NUL. */
#define POLICY_SOCKET_PATH_BYTES 107u
/* Files in the drop-in directories. */
#define POLICY_DROP_INS_COUNT 256u
/* The name of a pinset, trust, denial or client: letters, digits, dot, underscore, hyphen. */
#define POLICY_NAME_BYTES 64u

struct policy;

/* --- loading --- */

/*
 * Reads and checks the configuration in `path`, that file alone; `suffixes` is borrowed for the
 * call. On success *policyp is the caller's. On any error *policyp is untouched, and *error says
 * what is wrong, where.
 *
 * Refused is also a file that somebody else could have written: it, every folder on its way and
 * every symbolic link must belong to root or to the effective user, and neither the group nor
 * others may write it (a sticky folder of root's excepted). At most POLICY_FILE_BYTES are read.
 *
 * Users and groups that sections `client` name are looked up with getpwnam_r and getgrnam_r: before
 * any sandbox.
 *
 * 0, or 1 if the configuration is refused (see *error), or -ENOMEM.
 */
int policy_load(struct policy **policyp, const char *path, const struct suffix_list *suffixes,
                struct policy_error *error);

/* Where a configuration of several files stands. */
struct policy_tree {
    const char *main; /* read first; NULL: there is none */
    /* Directories of drop-ins, each one's files before those of the same name in the ones before
     * it: /usr/lib, /run, /etc. One that does not exist is empty. */
    const char *const *directories;
    size_t n_directories;
};

/*
 * The same for a tree: the main file, then the drop-ins (names in *.conf that do not begin with a
 * dot) in the order of strcmp of their names, be they in different directories. An empty file and a
 * link to /dev/null only mask. Each file and each directory is as safe as policy_load demands; all
 * together are of POLICY_FILE_BYTES at most. What may stand once (a title, `defaults`, `limits`,
 * `record`, `metrics`) may stand once in all of them. A tree of no file at all is policy_builtin.
 */
int policy_load_tree(struct policy **policyp, const struct policy_tree *tree,
                     const struct suffix_list *suffixes, struct policy_error *error);

/*
 * Whether nobody else could have written a file that the policy names, or a folder and the files in
 * it, by the same measure. Those in its folders, those whose names begin with a dot, and what is
 * neither file nor link are not looked at: nor may who reads them afterwards. What is safe stays
 * so: only who may change it anyway can.
 *
 * 0; 1 if it is not, or is not there (see *error); or -ENOMEM.
 */
int policy_material_check(const char *path, struct policy_error *error);

/*
 * Whether nobody else can have put something at `path`, be it nothing yet, by the same measure: its
 * folder and all above it. 0; 1 if somebody can, or there is no folder (see *error); or -ENOMEM.
 */
int policy_place_check(const char *path, struct policy_error *error);

/*
 * policy_load from memory: `text` of `len` bytes, `name` standing for the file in origins and
 * errors. Reads no file of its own and no environment. Not thread-safe: libconfuse's lexer has one
 * state a process.
 */
int policy_parse(struct policy **policyp, const char *name, const char *text, size_t len,
                 const struct suffix_list *suffixes, struct policy_error *error);

/* The policy without any file: rfc9525, common name off, the system's trust, no pins. 0 or
 * -ENOMEM. */
int policy_builtin(struct policy **policyp);

/*
 * Writes the parsed configuration that a policy was loaded from, with the names of its files, in
 * bytes that policy_unpack reads: so that one process reads the text, and another one does not need
 * the library that does. For a policy that policy_load, policy_load_tree, policy_parse or
 * policy_builtin has made. A failure is the writer's.
 */
void policy_pack(const struct policy *policy, struct packed_writer *writer);

/*
 * Makes the policy of packed bytes. Everything is checked as it is for a text, users and groups are
 * looked up, and no file of the configuration is read. Returns 0, and *policyp is the caller's; 1 if
 * the configuration is refused (see *error); -EBADMSG for bytes that policy_pack cannot have
 * written; or -ENOMEM.
 */
int policy_unpack(struct policy **policyp, struct packed_reader *reader,
                  const struct suffix_list *suffixes, struct policy_error *error);

/* Frees a policy; takes NULL. Returns NULL. */
struct policy *policy_free(struct policy *policy);

/* --- one question --- */

/*
 * The rule for a subject and a client's class (any that policy_clients has, or the two named ones;
 * an unknown one is as the unidentifiable). Letters of either case and one trailing dot are taken,
 * so that a caller's slip never loses a pin; an IPv4 address in IPv6 clothes (::ffff:0:0/96) is
 * looked up as what it is. Without a domain section that covers the subject: that of `defaults`.
 * What *rule points at lives as long as the policy. No allocation; one probe for each label of the
 * name, or one binary search for each length of prefix that the policy has.
 */
void policy_rule_for(const struct policy *policy, const struct policy_subject *subject,
                     uint32_t client_class, struct policy_rule *rule);

/* --- what else it says; all of it lives as long as the policy --- */

/* By name; "system" is always among them. A rule's `trusts` are indices into it. */
const struct policy_trust *policy_trusts(const struct policy *policy, size_t *n_trustsp);

/* In the order of the configuration: of those that apply, the first that enforces decides. */
const struct policy_deny *policy_denies(const struct policy *policy, size_t *n_deniesp);

/* By name. */
const struct policy_pinset *policy_pinsets(const struct policy *policy, size_t *n_pinsetsp);

/*
 * The classes of clients: the first line that matches gives the class. Lines by uid come before
 * those by gid, either in the order of the configuration, so a section that names the uid goes
 * before one that names a group. No line has POLICY_ID_UNIDENTIFIED: a client whose uid reads so is
 * POLICY_CLASS_UNIDENTIFIED, before any look at this table.
 */
const struct policy_client *policy_clients(const struct policy *policy, size_t *n_clientsp);

const struct limits *policy_limits(const struct policy *policy);
const struct policy_record *policy_record(const struct policy *policy);

/* The path of the socket of `metrics`, or NULL. */
const char *policy_metrics_socket(const struct policy *policy);

/* The files it was read from, in their order; masked ones are not among them. */
struct policy_texts policy_files(const struct policy *policy);

/* How many sections `domain` there are. */
size_t policy_n_domains(const struct policy *policy);

/* --- what a person should know of it --- */

struct policy_warning {
    const struct policy_origin *origin;
    bool of_time;   /* it comes and goes with the time: of pins that expire */
    char text[256]; /* on one line, without control characters */
};

/*
 * Remark number `index` on the policy at the moment `now`: sections that loosen what is built in,
 * those that nobody names, files without any, pins that expire soon or have. False when there is
 * none; else *remark is filled in.
 */
bool policy_warning(const struct policy *policy, int64_t now, size_t index,
                    struct policy_warning *remark);

/* The next moment after `now` at which pins begin or cease to hold or to be warned of, or
 * POLICY_TIME_MAX. */
int64_t policy_next_change(const struct policy *policy, int64_t now);

/*
 * The effective policy as text in the configuration's own syntax, in one canonical order, all files
 * in one. `defaults` spells out every key that is not unset, a domain what differs from `defaults`,
 * a client what it names; users and groups stand as they were written. Two policies of equal
 * sections print alike, whatever their files are called and whether a domain writes what it would
 * inherit. It parses back to a policy that decides alike and prints to the same bytes. *textp is
 * malloc'ed and the caller's. 0 or -ENOMEM.
 */
int policy_print(const struct policy *policy, char **textp, size_t *lenp);
