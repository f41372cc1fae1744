/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The policy: text in, an immutable object out. Every rule knows where it was written. The most
 * specific domain wins, and nothing merges between domains; what its section does not say comes
 * from `defaults`.
 *
 * The keys of `defaults` and of every `domain`, with or without quotes around the value:
 *
 *   rules                    rfc9525 (without the key) | python-3.7 | python-3.5 | openssl
 *   common-name              no | yes | report
 *   wildcards                none | left-label
 *   public-suffix-wildcards  refuse-icann | refuse-all
 *   rules-report             a rule set that is worked out too and only reported
 *
 * The middle three, where neither the section nor `defaults` has them, are unset: as the rule set
 * has it. There is no word for that, so what `defaults` sets a domain can set otherwise but not
 * unset. `common-name = report` enforces yes and reports no. `rules-report` reports that rule set
 * under the same other keys; both together are one report, of that set and with no. A
 * `rules-report` that a section writes and that could never differ is refused: it names the rules
 * enforced there, and the common name is not reported. One that it inherits is then without effect,
 * so that a domain can be switched before the others.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/rules.h"
#include "daemon/identity/suffix.h"

/* SHA-256 of a SubjectPublicKeyInfo in DER, RFC 7469 section 2.4. */
#define POLICY_PIN_BYTES 32

/* The largest configuration: ten thousand domains with comments fit in a quarter of it. */
#define POLICY_FILE_BYTES (4u << 20)
/* The longest title or value, above any domain name's: libconfuse's lexer is quadratic in it. */
#define POLICY_VALUE_BYTES 1024u
/* Sections of one kind: enough for a fleet, and still read in well under a second. */
#define POLICY_SECTIONS_COUNT 10000u
/* Pins in one pinset: keys in use, their backups, and a few authorities. */
#define POLICY_PINS_COUNT 64u
/* The name of a pinset: letters, digits, dot, underscore, hyphen. */
#define POLICY_PINSET_NAME_BYTES 64u

struct policy;

/*
 * Where a rule stands. Strings live as long as the policy. `section` is `defaults` or `domain
 * "bank.example"` (the title as it was written). Two rules stand in no file, with an empty `file`
 * and line 0: `built-in policy`, that of policy_builtin, and `built-in defaults`, where a
 * configuration has no section `defaults`.
 */
struct policy_origin {
    const char *section;
    const char *file; /* as it was opened */
    unsigned line;    /* of the section's first word */
};

struct policy_pinset {
    const char *name;
    const uint8_t (*pins)[POLICY_PIN_BYTES];
    size_t n_pins;
    struct policy_origin origin;
};

/* What holds for one reference: settled, nothing left to inherit. */
struct policy_rule {
    struct policy_origin origin; /* of the section that won */
    struct rules rules;          /* what is enforced */
    bool has_report;
    struct rules report;                /* with has_report: worked out too, decides nothing */
    const struct policy_pinset *pinset; /* NULL: no pins */
};

/*
 * What is wrong with a configuration: the fault that was found first, be it not the first in the
 * text. The message may quote the configuration; it is UTF-8 on one line without control
 * characters.
 */
struct policy_error {
    char file[256];    /* may be cut at its start, with "..." */
    unsigned line;     /* 0: the file as a whole */
    char message[512]; /* what is wrong, and what to do */
};

/*
 * Reads and checks the configuration in `path`, that file alone; `suffixes` is borrowed for the
 * call. On success *policyp is the caller's. On any error *policyp is untouched, and *error says
 * what is wrong, where.
 *
 * Refused is also a file that somebody else could have written: it, every folder on its way and
 * every symbolic link must belong to root or to the effective user, and neither the group nor
 * others may write it (a sticky folder of root's excepted). At most POLICY_FILE_BYTES are read.
 *
 * 0, or 1 if the configuration is refused (see *error), or -ENOMEM.
 */
int policy_load(struct policy **policyp, const char *path, const struct suffix_list *suffixes,
                struct policy_error *error);

/*
 * The same from memory: `text` of `len` bytes, `name` standing for the file in origins and errors.
 * Reads no file and no environment. Not thread-safe: libconfuse's lexer has one state a process.
 */
int policy_parse(struct policy **policyp, const char *name, const char *text, size_t len,
                 const struct suffix_list *suffixes, struct policy_error *error);

/* The policy without any file: rfc9525, common name off, no pins. 0 or -ENOMEM. */
int policy_builtin(struct policy **policyp);

/* Frees a policy; takes NULL. Returns NULL. */
struct policy *policy_free(struct policy *policy);

/*
 * The rule for a domain name (A-labels). Letters of either case and one trailing dot are taken, so
 * that a caller's slip never loses a pin. Never NULL: without a domain section that covers the
 * name, the rule of `defaults`. Lives as long as the policy. No allocation; one binary search for
 * each label of the name.
 */
const struct policy_rule *policy_rule_for_name(const struct policy *policy, const char *name,
                                               size_t len);

/* The rule for everything that is not a domain name: that of `defaults`. Never NULL. */
const struct policy_rule *policy_rule_default(const struct policy *policy);

/*
 * The effective policy as text in the configuration's own syntax, in one canonical order. Every
 * section spells out what it inherits, and a key that is unset is left out. Where no section names
 * a rule set but rfc9525, `rules` is left out too, and an unset common name stands as the `no` that
 * it means there. Two policies of equal sections with equal keys, written or inherited, print
 * alike, whatever their files are called. It parses back to a policy that decides alike and prints
 * to the same bytes. *textp is malloc'ed and the caller's. 0 or -ENOMEM.
 */
int policy_print(const struct policy *policy, char **textp, size_t *lenp);
