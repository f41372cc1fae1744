/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Splits a URI (RFC 3986) into scheme and host, the parts that identify a service (RFC 9525 section
 * 6.5). The host is not checked to be a valid name.
 */

#include <stddef.h>
#include <stdint.h>

/* Scheme and host, which point into the text of the URI. */
struct uri {
    const uint8_t *scheme;
    size_t scheme_len;
    const uint8_t *host; /* an IPv6 address has its brackets */
    size_t host_len;     /* in bytes; never 0 */
};

enum uri_fault {
    URI_OK = 0,
    URI_CHARACTER, /* the URI contains a character that no URI may contain (bytes beyond ASCII are
                      allowed in the host) */
    URI_NO_SCHEME, /* the text does not begin with a scheme and a colon */
    URI_NO_HOST,   /* // is missing (sip: and sips: need none), or the host is empty */
    URI_PORT,      /* the port is not a number */
    URI_USER,      /* a sip: or sips: URI with a user, which has no domain to compare (RFC 5922
                      section 7.1) */
};

/* Returns 0 and fills in *uri, or returns a positive enum uri_fault. */
int uri_split(const uint8_t *text, size_t len, struct uri *uri);
