/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Splits a URI (RFC 3986) into the parts that identify a service: scheme and host (RFC 9525 section
 * 6.5). Whether the host is a valid name is not checked.
 */

#include <stddef.h>
#include <stdint.h>

/* Scheme and host borrow from the text of the URI. */
struct uri {
    const uint8_t *scheme;
    size_t scheme_len;
    const uint8_t *host; /* an IPv6 address with its brackets */
    size_t host_len;     /* never 0 */
};

enum uri_fault {
    URI_OK = 0,
    URI_CHARACTER, /* a character that may not stand in a URI; the host may have bytes beyond ASCII
                    */
    URI_NO_SCHEME, /* the text does not begin with a scheme and a colon */
    URI_NO_HOST,   /* no // (which sip: and sips: do without), or an empty host */
    URI_PORT,      /* the port is not a number */
    URI_USER, /* a sip: or sips: URI with a user, which names no domain (RFC 5922 section 7.1) */
};

/* Returns 0 and fills in *uri, or returns a positive enum uri_fault. */
int uri_split(const uint8_t *text, size_t len, struct uri *uri);
