/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A *presented identity* is a name in a certificate; a *reference identity* (reference.h) is the
 * name that the client expects (RFC 9525 section 1.6). Everywhere in the matching engine both are a
 * type, a pointer and a length, and never a C string.
 */

#include <stddef.h>
#include <stdint.h>

enum identity_type {
    IDENTITY_NONE = 0,
    IDENTITY_DNS,       /* DNS-ID: a dNSName, RFC 9525 section 6.3 */
    IDENTITY_IP,        /* IP-ID: an iPAddress, RFC 9525 section 6.4 */
    IDENTITY_CN,        /* CN-ID: a commonName of the subject in UTF-8, RFC 6125 section 6.4.4 */
    IDENTITY_EMAIL,     /* an rfc822Name, RFC 5280 section 4.2.1.6 */
    IDENTITY_URI,       /* URI-ID: a uniformResourceIdentifier */
    IDENTITY_SRV,       /* SRV-ID: an otherName of type SRVName, RFC 4985 */
    IDENTITY_OTHER,     /* any other GeneralName */
    IDENTITY_MALFORMED, /* the subjectAltName, or one name in it, cannot be decoded */
    IDENTITY_SMTP_UTF8, /* an otherName of type SmtpUTF8Mailbox, RFC 9598 */
    IDENTITY_SUBJECT_EMAIL, /* an emailAddress of the subject in UTF-8, RFC 5280 section 4.1.2.6 */
};

/* A presented identity. The bytes are borrowed and may have any value, including NUL. */
struct identity {
    enum identity_type type;
    const uint8_t *data;
    size_t len;
};
