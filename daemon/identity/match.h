/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The matching engine: a calculator. Bytes with lengths in, a result out; no allocation, no clock,
 * no input or output, no certificate. What matches a host is up to a rule set (rules.h): rfc9525 is
 * RFC 9525 section 6, and with the common name on RFC 6125's last resort (section 6.4.4); the
 * others are what the program they are named after does, and where they differ from it they are
 * stricter:
 *
 *   - what a reference may be: reference.h;
 *   - an address is compared with iPAddresses, whatever its dNSNames look like, and an identity
 *     that cannot be decoded counts as a dNSName or a mailbox: it leaves the subject without a say;
 *   - an rfc822Name beyond ASCII stands for no mailbox;
 *   - python-3.5 takes letters for equal only if they are, or differ as ASCII letters do: other
 *     alphabets' case, and the Kelvin sign for a k, are not looked at.
 *
 * The other kinds of reference mean the same by every rule set, but for mailboxes:
 *
 *   - a mailbox: the local part byte for byte, the domain but for ASCII case. One whose local part
 *     is ASCII is compared with rfc822Names alone, any other with SmtpUTF8Mailboxes alone, whose
 *     domains are A-labels (RFC 9598 sections 3 and 5; not the U-labels of RFC 8398, which it
 *     replaces). By openssl and python-3.7 it is X509_check_email's: both, and where there is
 *     neither the subject's emailAddress, unless the common name is switched off;
 *   - a URI-ID: scheme and host, without wildcards, which RFC 9525 leaves to the technology and
 *     RFC 5922 section 7.2 refuses; a SIP URI with a user names no domain (there, section 7.1);
 *   - a SPIFFE ID: every byte of the certificate's only URI (X509-SVID section 5.2);
 *   - an SRV-ID: service and domain as a pair, the domain by rfc9525's rules, wildcards included
 *     (RFC 9525 section 6.3), with what tightens those.
 *
 * No type of identity stands for a reference of another, and a common name for hosts alone.
 */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/reference.h"
#include "daemon/identity/rules.h"
#include "daemon/identity/suffix.h"

/* What decides besides the names. */
struct match_rules {
    const struct suffix_list *suffixes; /* required; borrowed */
    struct rules rules; /* .set is also what the reference was parsed for: else nothing matches */
};

/* Zero is no match; only MATCH_FOUND is one, and is compared with ==. */
enum match {
    MATCH_NONE = 0,
    MATCH_FOUND = 0x4d17,
};

/* Why one presented identity does not match. Values are never reused. */
enum miss {
    MISS_NONE = 0,    /* it matches */
    MISS_OTHER_TYPE,  /* not of the reference's type */
    MISS_MALFORMED,   /* it could not be decoded, or an address of neither 4 nor 16 octets */
    MISS_NUL,         /* it holds a NUL */
    MISS_NOT_A_NAME,  /* not a domain name: bad character, empty or overlong label, trailing dot */
    MISS_LABEL_COUNT, /* it has more or fewer labels */
    MISS_LABEL,       /* a label differs */
    MISS_ADDRESS,     /* another address */
    MISS_ADDRESS_FAMILY, /* an address of the other family */
    MISS_WILDCARD_PLACE, /* the star is not the whole left-most label, or there are several */
    MISS_WILDCARD_PUBLIC_SUFFIX, /* the star stands directly under a public suffix */
    MISS_WILDCARD_LABEL,         /* a star does not stand for this label (underscore, or nothing) */
    MISS_CN_OFF,                 /* a common name, and the switch is off */
    MISS_CN_NOT_LAST_RESORT,     /* a common name, and there is a SAN identity */
    MISS_CN_SEVERAL,             /* one of several common names */
    MISS_CN_FOR_ADDRESS,         /* a common name never stands for an address */
    MISS_OTHER_RULES,            /* the reference was parsed for another rule set */
    MISS_WILDCARD_OFF,           /* it holds a star, and wildcards are switched off */
    MISS_WILDCARD_LITERAL,       /* its star is no wildcard, only a star */
    MISS_WILDCARD_A_LABEL,       /* a star in a label does not stand for a part of an A-label */
    MISS_WILDCARD_SEVERAL,       /* several stars in the left-most label */
    MISS_NOT_UTF8,               /* not text in UTF-8, where it has to be */

    /* of references that are no hosts */
    MISS_NOT_ASCII,     /* bytes beyond ASCII, where RFC 5280 has an IA5String */
    MISS_NOT_A_MAILBOX, /* no local part, @ and domain */
    MISS_U_LABEL,       /* a domain beyond ASCII, where RFC 9598 has A-labels */
    MISS_LOCAL_PART,    /* the local part differs */
    MISS_MAILBOX_TYPE,  /* rfc822Name for a local part beyond ASCII, SmtpUTF8Mailbox for another */
    MISS_SUBJECT_EMAIL, /* an emailAddress of the subject, and those do not count */
    MISS_SUBJECT_EMAIL_NOT_LAST_RESORT, /* an emailAddress, and there is a mailbox in the SAN */
    MISS_NOT_A_URI,                     /* no URI with a scheme and a host */
    MISS_URI_USER,                      /* a SIP URI of a user, not of a domain */
    MISS_SCHEME,                        /* the scheme differs */
    MISS_URI,                           /* another URI, where the whole has to be the same */
    MISS_URI_NOT_SINGLE, /* one of several URIs, where a SPIFFE ID has to be the only one */
    MISS_NOT_A_SERVICE,  /* no service and domain */
    MISS_SERVICE,        /* the service differs */
};

/* The answer for a certificate. Zero-initialised it is "no match, nothing near". */
struct match_result {
    enum match match;
    size_t matched;   /* with MATCH_FOUND: the index of the first presented identity that matches */
    bool has_nearest; /* without: whether there is a nearest miss */
    size_t nearest;   /* its index */
    enum miss why;    /* and why it does not match */
    bool ended;       /* the peer stops at that one, as at an error, and so the rest was left out */
};

/*
 * Compares one presented identity with the reference, without looking at the others: a CN-ID is
 * MISS_CN_FOR_ADDRESS where the reference is an address (python-3.5 apart); else it is compared as
 * a name if common names count, and is MISS_CN_OFF otherwise. MISS_NONE is a match of this one;
 * what the certificate stands for, match_all alone can say.
 */
enum miss match_one(const struct match_rules *rules, const struct reference *reference,
                    const struct identity *presented);

/*
 * Judges all presented identities. The first that matches ends the walk. If none does, the nearest
 * miss is the one of the reference's type with most right-hand labels equal (a trailing dot aside)
 * or of the same address family (of a SPIFFE ID, with most bytes equal), the first of several; else
 * the first of the subject's that may stand for the reference's type; else none. Where a rule set's
 * peer stops before the end, it is the one at which that happens.
 */
void match_all(const struct match_rules *rules, const struct reference *reference,
               const struct identity *presented, size_t n_presented, struct match_result *result);

/*
 * Why the identity at `index` does not match, seen among the others as match_all sees it; MISS_NONE
 * if it does, also where another one decided before it.
 */
enum miss match_why(const struct match_rules *rules, const struct reference *reference,
                    const struct identity *presented, size_t n_presented, size_t index);

/* The reason for a person, as in "the star stands directly under a public suffix". Never NULL. */
const char *miss_text(enum miss miss);

/* The reason for a program, as in "wildcard-public-suffix". Never NULL. */
const char *miss_name(enum miss miss);
