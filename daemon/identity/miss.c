/* SPDX-License-Identifier: MIT */
#include "daemon/identity/miss.h"

#include <stddef.h>

struct miss_row {
    const char *name;
    const char *text;
};

static const struct miss_row rows[] = {
    [MISS_NONE] = {"none", "it matches"},
    [MISS_OTHER_TYPE] = {"other-type", "it is an identity of another type"},
    [MISS_MALFORMED] = {"malformed", "it cannot be decoded"},
    [MISS_NUL] = {"nul", "it holds a NUL"},
    [MISS_NOT_A_NAME] = {"not-a-name", "it is not a domain name"},
    [MISS_LABEL_COUNT] = {"label-count", "it has another number of labels"},
    [MISS_LABEL] = {"label", "a label differs"},
    [MISS_ADDRESS] = {"address", "it is another address"},
    [MISS_ADDRESS_FAMILY] = {"address-family", "it is an address of the other family"},
    [MISS_WILDCARD_PLACE] = {"wildcard-place", "a star stands only as the whole left-most label"},
    [MISS_WILDCARD_PUBLIC_SUFFIX] = {"wildcard-public-suffix",
                                     "the star stands directly under a public suffix"},
    [MISS_WILDCARD_LABEL] = {"wildcard-label",
                             "a star stands only for a label of letters, digits and hyphens"},
    [MISS_CN_OFF] = {"common-name-off", "it is a common name, and common names do not count"},
    [MISS_CN_NOT_LAST_RESORT] = {"common-name-not-last-resort",
                                 "it is a common name, and there is a subject alternative name"},
    [MISS_CN_SEVERAL] = {"common-name-several", "it is one of several common names"},
    [MISS_CN_FOR_ADDRESS] = {"common-name-for-address",
                             "it is a common name, and those never stand for an address"},
    [MISS_OTHER_RULES] = {"other-rules", "the reference was read by other rules"},
    [MISS_WILDCARD_OFF] = {"wildcard-off", "it holds a star, and wildcards are switched off"},
    [MISS_WILDCARD_LITERAL] = {"wildcard-literal", "its star is no wildcard by these rules"},
    [MISS_WILDCARD_A_LABEL] = {"wildcard-a-label",
                               "a star within a label does not stand for a part of an A-label"},
    [MISS_WILDCARD_SEVERAL] = {"wildcard-several", "its left-most label holds several stars"},
    [MISS_NOT_UTF8] = {"not-utf8", "it is not text in UTF-8"},
    [MISS_NOT_ASCII] = {"not-ascii", "it holds bytes beyond ASCII"},
    [MISS_NOT_A_MAILBOX] = {"not-a-mailbox", "it is not a local part, an @ and a domain"},
    [MISS_U_LABEL] = {"u-label", "its domain is not written in A-labels"},
    [MISS_LOCAL_PART] = {"local-part", "its local part differs"},
    [MISS_MAILBOX_TYPE] = {"mailbox-type",
                           "a SmtpUTF8Mailbox is for local parts beyond ASCII, and an rfc822Name "
                           "for the others"},
    [MISS_SUBJECT_EMAIL] = {"subject-email",
                            "it is an emailAddress of the subject, and those do not count"},
    [MISS_SUBJECT_EMAIL_NOT_LAST_RESORT] = {"subject-email-not-last-resort",
                                            "it is an emailAddress of the subject, and there is a "
                                            "mailbox among the alternative names"},
    [MISS_NOT_A_URI] = {"not-a-uri", "it is not a URI with a scheme and a host"},
    [MISS_URI_USER] = {"uri-user", "it is the URI of a user, not of a domain"},
    [MISS_SCHEME] = {"scheme", "its scheme differs"},
    [MISS_URI] = {"uri", "it is another URI"},
    [MISS_URI_NOT_SINGLE] = {"uri-not-single", "a SPIFFE ID is the only URI of a certificate, and "
                                               "this is one of several"},
    [MISS_NOT_A_SERVICE] = {"not-a-service", "it is not a service and a domain"},
    [MISS_SERVICE] = {"service", "its service differs"},
    [MISS_SPIFFE_SIGNER] = {"spiffe-signer",
                            "the certificate may sign others (CA, keyCertSign or cRLSign), and so "
                            "none of its URIs is the SPIFFE ID of a workload"},
    [MISS_SPIFFE_AS_URI] =
        {"spiffe-as-uri", "the reference is a SPIFFE ID, which matches only if it is asked for as "
                          "one"},
    [MISS_ADDRESS_AS_NAME] = {"address-as-name",
                              "it is an address in a dNSName, and an address has to be an "
                              "iPAddress"},
    [MISS_ADDRESS_LENGTH] = {"address-length",
                             "it is an iPAddress that has neither 4 nor 16 octets"},
};

static const struct miss_row *find_row(enum miss miss)
{
    static const struct miss_row unknown = {"unknown", "for an unknown reason"};
    size_t at = (size_t)miss;

    return at < sizeof(rows) / sizeof(rows[0]) ? &rows[at] : &unknown;
}

const char *miss_text(enum miss miss)
{
    return find_row(miss)->text;
}

const char *miss_name(enum miss miss)
{
    return find_row(miss)->name;
}
