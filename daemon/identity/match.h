/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The matching engine compares a reference with the identities that a certificate presents. It
 * allocates nothing, reads no clock, does no input or output and takes identities instead of
 * certificates.
 *
 * A rule set (rules.h) decides what matches a host. `rfc9525` follows RFC 9525 section 6; if common
 * names are switched on, it adds the last resort of RFC 6125 section 6.4.4. Each other rule set
 * does what the program does after which it is named, but is stricter in these points:
 *
 *   - it refuses the references that reference.h lists;
 *   - it compares an address with iPAddresses only, even where a dNSName looks like an address;
 *   - it counts an identity that cannot be decoded as a dNSName and as a mailbox, so that names of
 *     the subject are not compared;
 *   - it lets an rfc822Name with bytes beyond ASCII match no mailbox;
 *   - python-3.5 ignores the case of ASCII letters only: Python also ignores the case of other
 *     alphabets, and takes the Kelvin sign for a k.
 *
 * The other kinds of reference match alike in every rule set, except mailboxes:
 *
 *   - Mailbox: the local part is compared byte for byte, the domain without regard to ASCII case.
 *     A local part in ASCII is compared with rfc822Names only, any other with SmtpUTF8Mailboxes
 *     only, whose domains are A-labels (RFC 9598 sections 3 and 5, not the U-labels of RFC 8398).
 *     The rule sets openssl and python-3.7 do what X509_check_email does: both types are compared,
 *     and if the certificate has neither, the subject's emailAddress, unless common names are
 *     switched off.
 *   - URI-ID: scheme and host are compared, without wildcards (RFC 9525 leaves those to the
 *     protocol and RFC 5922 section 7.2 refuses them). A SIP URI with a user has no domain to
 *     compare (RFC 5922 section 7.1).
 *   - SPIFFE ID: every byte of the certificate's only URI is compared, and a certificate that may
 *     sign others matches none (X509-SVID section 5.2).
 *   - SRV-ID: service and domain are compared as a pair, the domain by the rules of rfc9525 with
 *     wildcards (RFC 9525 section 6.3) and the switches that tighten them.
 *
 * An identity of one type never matches a reference of another type; common names are compared with
 * hosts only.
 */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/match_rules.h"
#include "daemon/identity/miss.h"
#include "daemon/identity/reference.h"

/* Only MATCH_FOUND is a match; compare with ==. Zero is no match. */
enum match {
    MATCH_NONE = 0,
    MATCH_FOUND = 0x4d17,
};

/*
 * The result of comparing a certificate's identities with a reference. Zero-initialised, there is
 * neither a match nor a nearest miss.
 */
struct match_result {
    enum match match;
    size_t matched;   /* with MATCH_FOUND: the index of the first presented identity that matches */
    bool has_nearest; /* without MATCH_FOUND: there is a nearest miss */
    size_t nearest;   /* with has_nearest: the index of the nearest miss */
    enum miss why;    /* with has_nearest: why the nearest miss does not match */
    bool ended;       /* the emulated program fails at the nearest miss and does not look at the
                         identities after it */
};

/*
 * Compares one presented identity with the reference and ignores all others. A common name gives
 * MISS_CN_FOR_ADDRESS if the reference is an address (except by python-3.5) and MISS_CN_OFF if
 * common names are switched off; otherwise it is compared as a host name is.
 *
 * Returns MISS_NONE if this identity matches, else the reason why not. A match of one identity is
 * not yet a match of the certificate: only match_all decides that.
 */
enum miss match_one(const struct match_rules *rules, const struct reference *reference,
                    const struct identity *presented);

/*
 * Compares all presented identities and sets *result. The first one that matches is the answer.
 *
 * If none matches, a nearest miss is chosen for messages: the identity with the highest match_rank
 * (match_rank.h), the first one of several. If the emulated program fails at an identity, that
 * identity is the nearest miss.
 */
void match_all(const struct match_rules *rules, const struct reference *reference,
               const struct identity *presented, size_t n_presented, struct match_result *result);

/*
 * Returns why the identity at `index` (below n_presented) does not match, with regard to the other
 * identities as in match_all. Returns MISS_NONE if it matches, also if match_all chose an earlier
 * one.
 */
enum miss match_why(const struct match_rules *rules, const struct reference *reference,
                    const struct identity *presented, size_t n_presented, size_t index);
