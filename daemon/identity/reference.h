/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The reference identity: what the asker expects, sorted into IP or name and brought into the one
 * form that is compared.
 */

#include "daemon/identity/identity.h"
#include "daemon/identity/name.h"
#include "daemon/identity/rules.h"

/* The longest text that is looked at: 253 characters of four bytes, and some. */
#define REFERENCE_INPUT_BYTES 1024
/* The longest name, as A-labels and without a trailing dot. */
#define REFERENCE_NAME_BYTES NAME_BYTES
/* The longest label, as an A-label. */
#define REFERENCE_LABEL_BYTES NAME_LABEL_BYTES
/* The longest text of an IPv6 address, with an IPv4 tail. */
#define REFERENCE_ADDRESS_TEXT_BYTES 45

/*
 * A reference that reference_parse filled in; zero-initialised, it matches nothing. Lengths without
 * a NUL; each text also ends in one, which nothing but a printer may rely on.
 */
struct reference {
    enum identity_type type; /* IDENTITY_DNS or IDENTITY_IP; IDENTITY_NONE before parsing */
    enum rule_set set;       /* whose rules it was read by */

    /* IDENTITY_DNS: A-labels in lower case, no trailing dot; IDENTITY_IP: as inet_ntop writes it.
     * Only by RULES_RFC9525 it is what is compared, and a host name; it may be any text else. */
    char value[REFERENCE_NAME_BYTES + 1];
    size_t value_len;

    /* IDENTITY_IP: the address, 4 or 16 octets in network order */
    uint8_t address[16];
    size_t address_len;

    /* as messages name it: as it was given, case and dot and all, but U-labels as A-labels (as they
     * are by RULES_OPENSSL and RULES_PYTHON_3_5); by any peer's rules this is what is compared */
    char given[REFERENCE_NAME_BYTES + 2];
    size_t given_len;
};

/* What may be wrong with a reference. Values are never reused. */
enum reference_fault {
    REFERENCE_OK = 0,
    REFERENCE_EMPTY,          /* nothing, or a dot alone */
    REFERENCE_NUL,            /* a NUL within */
    REFERENCE_NOT_UTF8,       /* not valid UTF-8 */
    REFERENCE_WHITE_SPACE,    /* white space within */
    REFERENCE_WILDCARD,       /* a star: only certificates have those */
    REFERENCE_BRACKETS,       /* [ or ]: an address is given without */
    REFERENCE_ZONE,           /* a percent sign: a zone identifier */
    REFERENCE_PORT,           /* a colon, and not an IPv6 address: a port? */
    REFERENCE_CHARACTER,      /* another character that no host name has */
    REFERENCE_LEADING_DOT,    /* begins with a dot */
    REFERENCE_EMPTY_LABEL,    /* two dots in a row */
    REFERENCE_LABEL_TOO_LONG, /* a label over 63 octets */
    REFERENCE_TOO_LONG,       /* over 253 octets as A-labels */
    REFERENCE_NUMERIC, /* the last label is all digits, and it is no IP address (127.1, host.123) */
    REFERENCE_A_LABEL, /* a label that begins with xn-- and is not an A-label */
    REFERENCE_U_LABEL, /* a label that IDNA 2008 does not allow */
};

/*
 * Parses `len` bytes of UTF-8 into *reference, which is zeroed first and stays so unless 0 is
 * returned. inet_pton alone decides IP or name; labels that are not ASCII are converted by libidn2;
 * one trailing dot is dropped. The rules are those of rule set rfc9525 (RFC 9525, RFC 5890).
 *
 * By a peer's rule set a name in ASCII is taken as it is, be it no host name (127.1, a_b, xn--a,
 * [::1], *.example.com, a..b, a:b, control characters), and its trailing dot counts. Refused are,
 * more strictly than by the peer, and nothing else:
 *   - what begins with a dot (to OpenSSL it is a pattern), or holds a NUL or white space;
 *   - what would be an address to a peer and is none to inet_pton (192.0.2.01, +192.0.2.1);
 *   - what is over 253 bytes, a trailing dot apart;
 *   - what is not UTF-8, or has a label beyond ASCII that IDNA 2008 does not allow.
 * RULES_PYTHON_3_7 refuses empty labels and those over 63 bytes, as Python does; it converts
 * U-labels as RULES_RFC9525 does, where Python knows IDNA 2003 only.
 *
 * Returns 0, or a positive enum reference_fault, or -ENOMEM.
 */
int reference_parse(struct reference *reference, enum rule_set set, const uint8_t *host,
                    size_t len);

/* A sentence fragment for a person, as in "it begins with a dot". Never NULL. */
const char *reference_fault_text(enum reference_fault fault);
