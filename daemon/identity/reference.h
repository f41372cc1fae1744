/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The reference identity: the name that the client expects. The client says of which kind it is;
 * parsing turns it into the form that is compared. A host is an IP address or a host name.
 *
 * An *emulated* rule set is any but rfc9525: it does what OpenSSL or a version of Python does.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/name.h"
#include "daemon/identity/rules.h"

/* The most bytes of a host or mailbox: 253 characters of four bytes each, rounded up. */
#define REFERENCE_INPUT_BYTES 1024
/* The most bytes of a URI, those of SPIFFE-ID section 2.3. */
#define REFERENCE_URI_BYTES 2048
/* The most bytes of reference.value, for all kinds. */
#define REFERENCE_VALUE_BYTES REFERENCE_URI_BYTES
/* The most bytes of a mailbox's local part, RFC 5321 section 4.5.3.1.1. */
#define REFERENCE_LOCAL_PART_BYTES 64
/*
 * The most bytes of a domain. A trust domain may have two bytes more than a domain name, SPIFFE-ID
 * section 2.3.
 */
#define REFERENCE_DOMAIN_BYTES 255
/* The most bytes of a URI's scheme. The longest registered one has 36. */
#define REFERENCE_SCHEME_BYTES 64
/* The most bytes of a host name in A-labels, without a trailing dot. */
#define REFERENCE_NAME_BYTES NAME_BYTES
/* The most bytes of a label as an A-label. */
#define REFERENCE_LABEL_BYTES NAME_LABEL_BYTES
/* The most bytes of an IPv6 address in text, the last four octets written as IPv4. */
#define REFERENCE_ADDRESS_TEXT_BYTES 45

/* The kinds of reference. Values are never reused. */
enum reference_kind {
    REFERENCE_HOST = 1, /* a host name or an IP address: DNS-ID or IP-ID */
    REFERENCE_EMAIL,    /* a mailbox: rfc822Name or SmtpUTF8Mailbox */
    REFERENCE_URI,      /* scheme and host of a URI: URI-ID */
    REFERENCE_SPIFFE,   /* a SPIFFE ID, compared as a whole */
    REFERENCE_SRV,      /* a service of a domain, such as _imap.example.com: SRV-ID */
};

/*
 * A parsed reference. Zero-initialised, it matches nothing. The texts end in a NUL, which their
 * lengths do not count. Only code that prints may rely on the NUL.
 */
struct reference {
    enum reference_kind kind; /* 0 before parsing */
    /* IDENTITY_DNS or IDENTITY_IP of a host, IDENTITY_EMAIL, IDENTITY_URI (a SPIFFE ID too) or
     * IDENTITY_SRV; IDENTITY_NONE before parsing */
    enum identity_type type;
    enum rule_set set; /* the rule set that it was parsed by */

    /*
     * The text that is compared. (A host name is compared by `given` instead if the rule set is
     * emulated.)
     *   IDENTITY_DNS: A-labels in lower case, no trailing dot; any text if the rule set is
     *   emulated.
     *   IDENTITY_IP: as inet_ntop writes the address.
     *   IDENTITY_EMAIL: the local part as given, @, the domain in A-labels and lower case; with
     *   RULES_OPENSSL and RULES_PYTHON_3_7 the whole text as given.
     *   IDENTITY_URI: scheme and host in lower case, such as https://example.com or
     *   sip:example.com; a SPIFFE ID as given.
     *   IDENTITY_SRV: service and domain in lower case, such as _imap.example.com.
     */
    char value[REFERENCE_VALUE_BYTES + 1];
    size_t value_len;

    /* The length of the part of `value` before the separator and the domain: the local part of a
     * mailbox, the scheme of a URI, the service with its underscore. */
    size_t head_len;

    /* The domain by which a policy is looked up, in A-labels and lower case: the value of a host,
     * the domain of a mailbox, URI or service, the trust domain of a SPIFFE ID. */
    char domain[REFERENCE_DOMAIN_BYTES + 1];
    size_t domain_len;
    /* The domain is an IP address, in any form that a program might read as one, such as
     * jo@[192.0.2.1] or the trust domain 192.0.2.1. Policies are then looked up by the address. */
    bool domain_is_address;

    /* for IDENTITY_IP, or with domain_is_address: the address, 4 or 16 octets in network order */
    uint8_t address[16];
    size_t address_len; /* of `address`; 0 if there is none */

    /* Only for a host: the text as it was given, with its case and trailing dot, for messages and
     * for comparison by the emulated rule sets. U-labels are converted to A-labels, except with
     * RULES_OPENSSL and RULES_PYTHON_3_5. */
    char given[REFERENCE_NAME_BYTES + 2];
    size_t given_len;
};

/* Why a text is refused as a reference. Values are never reused. */
enum reference_fault {
    REFERENCE_OK = 0,
    REFERENCE_EMPTY,          /* no text, or only a dot */
    REFERENCE_NUL,            /* a NUL in the text */
    REFERENCE_NOT_UTF8,       /* not valid UTF-8 */
    REFERENCE_WHITE_SPACE,    /* white space in the text */
    REFERENCE_WILDCARD,       /* a star: only certificates may have wildcards */
    REFERENCE_BRACKETS,       /* [ or ]: an address has to be given without brackets */
    REFERENCE_ZONE,           /* a percent sign: a zone identifier */
    REFERENCE_PORT,           /* a colon, as before a port, and not an IPv6 address */
    REFERENCE_CHARACTER,      /* another character that may not stand in a host name */
    REFERENCE_LEADING_DOT,    /* begins with a dot */
    REFERENCE_EMPTY_LABEL,    /* two dots in a row */
    REFERENCE_LABEL_TOO_LONG, /* a label over 63 octets */
    REFERENCE_TOO_LONG,       /* over 253 octets as A-labels */
    REFERENCE_NUMERIC, /* the last label is all digits, but the text is not an IP address (127.1,
                          host.123) */
    REFERENCE_U_LABEL, /* a label that IDNA 2008 does not allow */

    /* The following are only for references that are not hosts. */
    REFERENCE_UNKNOWN_KIND, /* no enum reference_kind */
    REFERENCE_ADDRESS,      /* an IP address, where a domain name is required */
    REFERENCE_DOMAIN_DOT,   /* a domain that begins with a dot */
    REFERENCE_NO_AT,        /* a mailbox without @ */
    REFERENCE_LOCAL_PART,   /* the part before the @ is not a dot-atom (RFC 5321 section 4.1.2, RFC
                               6531) */
    REFERENCE_LOCAL_PART_QUOTED,   /* a local part in quotation marks or with a backslash */
    REFERENCE_LOCAL_PART_TOO_LONG, /* a local part over 64 octets */
    REFERENCE_URI_TOO_LONG,        /* a URI over 2048 octets */
    REFERENCE_URI_CHARACTER,  /* a character that may not stand in a URI (RFC 3986 section 2) */
    REFERENCE_NO_SCHEME,      /* a URI that does not begin with a scheme and a colon */
    REFERENCE_NO_HOST,        /* the domain or host is missing */
    REFERENCE_HOST_ESCAPED,   /* a percent sign in the host of a URI */
    REFERENCE_URI_PORT,       /* a URI whose port is no number */
    REFERENCE_URI_USER,       /* a SIP URI that names a user, not a domain (RFC 5922 section 7.1) */
    REFERENCE_URI_SPIFFE,     /* the kind is URI, the scheme is spiffe, and it is no SPIFFE ID */
    REFERENCE_NOT_SPIFFE,     /* it does not begin with spiffe:// in lower case */
    REFERENCE_TRUST_DOMAIN,   /* an empty or overlong trust domain, or a bad character in it */
    REFERENCE_NO_PATH,        /* a SPIFFE ID without a path: it names only a trust domain */
    REFERENCE_PATH_SEGMENT,   /* an empty segment in a SPIFFE ID's path, or . or .. */
    REFERENCE_PATH_CHARACTER, /* a bad character in a SPIFFE ID's path */
    REFERENCE_NO_SERVICE,     /* it does not begin with an underscore and a service */
    REFERENCE_SERVICE_PROTOCOL, /* a second underscore: a service and its protocol */
};

/*
 * Parses a host, `len` bytes of UTF-8, into *reference, which is zeroed first and stays zero unless
 * 0 is returned.
 *
 * With RULES_RFC9525, inet_pton decides whether the text is an address or a name; libidn2 converts
 * labels beyond ASCII; one trailing dot is dropped (RFC 9525, RFC 5890).
 *
 * With an emulated rule set a name in ASCII is kept as it is, even if it is not a host name (127.1,
 * a_b, xn--a, [::1], *.example.com, a..b, a:b, control characters), and its trailing dot counts.
 * Only the following is refused, although the emulated program accepts it:
 *   - a text that begins with a dot (OpenSSL takes it for a pattern) or contains a NUL or white
 *     space;
 *   - a text that the program takes for an address and inet_pton does not (192.0.2.01, +192.0.2.1);
 *   - a text of more than 253 bytes without a trailing dot;
 *   - a text that is not UTF-8, or has a label beyond ASCII that IDNA 2008 does not allow.
 *
 * RULES_PYTHON_3_7 also refuses empty labels and labels over 63 bytes, as Python does. U-labels are
 * converted by IDNA 2008, where Python uses IDNA 2003.
 *
 * Returns 0, a positive enum reference_fault, or a negative errno for a failure of our own.
 */
int reference_host_parse(struct reference *reference, enum rule_set set, const uint8_t *host,
                         size_t len);

/*
 * Parses `len` bytes as a reference of the given kind into *reference, which is zeroed first and
 * stays zero unless 0 is returned.
 *
 * - REFERENCE_HOST: see reference_host_parse.
 * - REFERENCE_EMAIL: local part, @, domain. A quoted local part is refused: it is another spelling
 *   of a local part that needs no quotes, or one that hosts should not use (RFC 5321 section
 *   4.1.2). RULES_OPENSSL and RULES_PYTHON_3_7 keep the whole text, if what follows the last @ is a
 *   host by these rule sets.
 * - REFERENCE_URI: a URI with //, except for sip: and sips:. User information, port and path are
 *   ignored (RFC 9525 section 6.5). The host has to be a name.
 * - REFERENCE_SPIFFE: a SPIFFE ID with a path (SPIFFE-ID section 2, X509-SVID section 3.1).
 * - REFERENCE_SRV: "_service.domain" (RFC 4985 section 2).
 *
 * Except in mailboxes with RULES_OPENSSL and RULES_PYTHON_3_7, the domain is read by the rules of
 * rfc9525 whatever the rule set is.
 *
 * Returns 0, a positive enum reference_fault, or a negative errno for a failure of our own.
 */
int reference_parse(struct reference *reference, enum reference_kind kind, enum rule_set set,
                    const uint8_t *text, size_t len);

/*
 * Returns whether the reference is a SPIFFE ID that was asked for as a URI-ID. It matches no
 * identity, since a URI-ID is compared by scheme and host alone.
 */
bool reference_is_spiffe_as_uri(const struct reference *reference);

/*
 * Returns the text that stands for the reference in messages: `given` of a host, `value` of the
 * other kinds. It ends in a NUL and lives as long as the reference.
 */
const char *reference_shown(const struct reference *reference);

/*
 * Returns the fault as a sentence fragment, such as "it begins with a dot". Never NULL; the string
 * is static.
 */
const char *reference_fault_text(enum reference_fault fault);
