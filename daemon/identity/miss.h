/* SPDX-License-Identifier: MIT */
#pragma once

/* The reasons why a presented identity does not match a reference identity. */

/* Why one presented identity does not match the reference. Values are never reused. */
enum miss {
    MISS_NONE = 0,       /* it matches */
    MISS_OTHER_TYPE,     /* its type is not one that the reference is compared with */
    MISS_MALFORMED,      /* it could not be decoded */
    MISS_NUL,            /* it contains a NUL */
    MISS_NOT_A_NAME,     /* not a domain name: a bad character, an empty or too long label, or a
                            trailing dot */
    MISS_LABEL_COUNT,    /* the number of labels differs */
    MISS_LABEL,          /* a label differs */
    MISS_ADDRESS,        /* an address, but another one */
    MISS_ADDRESS_FAMILY, /* an address of the other family */
    MISS_WILDCARD_PLACE, /* the star is not the whole left-most label, or there are several stars */
    MISS_WILDCARD_PUBLIC_SUFFIX, /* the star is directly below a public suffix */
    MISS_WILDCARD_LABEL, /* the star cannot stand for this label of the reference, which is empty or
                            has a bad character such as an underscore */
    MISS_CN_OFF,         /* a common name, and common names are switched off */
    MISS_CN_NOT_LAST_RESORT, /* a common name, and the SAN has an identity that rules it out */
    MISS_CN_SEVERAL,         /* one of several common names */
    MISS_CN_FOR_ADDRESS,     /* a common name, and the reference is an address */
    MISS_OTHER_RULES,        /* the reference was parsed for another rule set */
    MISS_WILDCARD_OFF,       /* it contains a star, and wildcards are switched off */
    MISS_WILDCARD_LITERAL,   /* the rules compare the star as an ordinary character */
    MISS_WILDCARD_A_LABEL,   /* the star is a part of a label, and the label of the reference is an
                                A-label */
    MISS_WILDCARD_SEVERAL,   /* several stars in the left-most label */
    MISS_NOT_UTF8,           /* not valid UTF-8 where it has to be */

    /* The following are only for references that are not hosts. */
    MISS_NOT_ASCII,     /* bytes beyond ASCII where RFC 5280 demands an IA5String */
    MISS_NOT_A_MAILBOX, /* not a local part, an @ and a domain */
    MISS_U_LABEL,       /* a domain beyond ASCII where RFC 9598 demands A-labels */
    MISS_LOCAL_PART,    /* the local part differs */
    MISS_MAILBOX_TYPE,  /* an rfc822Name where the local part has characters beyond ASCII, or a
                           SmtpUTF8Mailbox where it has none */
    MISS_SUBJECT_EMAIL, /* an emailAddress of the subject, and the rules ignore those */
    MISS_SUBJECT_EMAIL_NOT_LAST_RESORT, /* an emailAddress of the subject, and the SAN has a mailbox
                                         */
    MISS_NOT_A_URI,                     /* not a URI with a scheme and a host */
    MISS_URI_USER,                      /* a SIP URI that names a user instead of a domain */
    MISS_SCHEME,                        /* the scheme differs */
    MISS_URI,                           /* another URI, where the whole URI has to be equal */
    MISS_URI_NOT_SINGLE, /* one of several URIs, where a SPIFFE ID has to be the only one */
    MISS_NOT_A_SERVICE,  /* not a service and a domain */
    MISS_SERVICE,        /* the service differs */
    MISS_SPIFFE_SIGNER,  /* a SPIFFE ID in a certificate that may sign others */
    MISS_SPIFFE_AS_URI,  /* a URI, where the reference is a SPIFFE ID asked for as a URI-ID */

    /* The following two are about addresses. */
    MISS_ADDRESS_AS_NAME, /* a dNSName with the text of the address that was asked for */
    MISS_ADDRESS_LENGTH,  /* an iPAddress that has neither 4 nor 16 octets */
};

/*
 * Returns the reason as a sentence fragment, such as "the star stands directly under a public
 * suffix"; for an unknown value "for an unknown reason". Never NULL; the string is static.
 */
const char *miss_text(enum miss miss);

/*
 * Returns the reason's code for programs, such as "wildcard-public-suffix"; for an unknown value
 * "unknown". Never NULL; the string is static.
 */
const char *miss_name(enum miss miss);
