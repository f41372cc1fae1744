/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A URI (RFC 3986), as far as it is an identity: its scheme and its host (RFC 9525 section 6.5).
 * What the host is, is not judged.
 */

#include <stddef.h>
#include <stdint.h>

/* Both borrow from the text. */
struct uri {
    const uint8_t *scheme;
    size_t scheme_len;
    const uint8_t *host; /* an address of IPv6 in its brackets */
    size_t host_len;     /* never 0 */
};

enum uri_fault {
    URI_OK = 0,
    URI_CHARACTER, /* a character that no URI has; bytes beyond ASCII may stand in the host */
    URI_NO_SCHEME, /* it does not begin with a scheme and a colon */
    URI_NO_HOST,   /* it has none: no //, but for sip: and sips:, or nothing behind it */
    URI_PORT,      /* its port is no number */
    URI_USER,      /* with sip: or sips:, a user at the host: RFC 5922 section 7.1 */
};

/* 0, or a positive enum uri_fault; *uri is filled in with 0 alone. */
int uri_split(const uint8_t *text, size_t len, struct uri *uri);
