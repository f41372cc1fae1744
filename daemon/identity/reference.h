/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The reference identity: what the asker expects, of the kind that the asker says, brought into the
 * one form that is compared. A host is sorted into IP or name.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/name.h"
#include "daemon/identity/rules.h"

/* The longest text of a host or a mailbox that is looked at: 253 characters of four bytes, and
 * some. */
#define REFERENCE_INPUT_BYTES 1024
/* The longest URI: what SPIFFE-ID section 2.3 allows, and RFC 9110 section 4.1 is content with more
 * than four times. */
#define REFERENCE_URI_BYTES 2048
/* The longest value of any kind. */
#define REFERENCE_VALUE_BYTES REFERENCE_URI_BYTES
/* The longest local part of a mailbox, RFC 5321 section 4.5.3.1.1. */
#define REFERENCE_LOCAL_PART_BYTES 64
/* The longest domain: a trust domain has two bytes more than a domain name, SPIFFE-ID section 2.3.
 */
#define REFERENCE_DOMAIN_BYTES 255
/* The longest scheme of a URI: the longest registered one has 36 bytes. */
#define REFERENCE_SCHEME_BYTES 64
/* The longest name, as A-labels and without a trailing dot. */
#define REFERENCE_NAME_BYTES NAME_BYTES
/* The longest label, as an A-label. */
#define REFERENCE_LABEL_BYTES NAME_LABEL_BYTES
/* The longest text of an IPv6 address, with an IPv4 tail. */
#define REFERENCE_ADDRESS_TEXT_BYTES 45

/* What an asker may ask for. Values are never reused. */
enum reference_kind {
    REFERENCE_HOST = 1, /* a host name or an IP address: DNS-ID or IP-ID */
    REFERENCE_EMAIL,    /* a mailbox: rfc822Name or SmtpUTF8Mailbox */
    REFERENCE_URI,      /* scheme and host of a URI: URI-ID */
    REFERENCE_SPIFFE,   /* a SPIFFE ID, the whole of it */
    REFERENCE_SRV,      /* a service of a domain, as in _imap.example.com: SRV-ID */
};

/*
 * A reference that was parsed; zero-initialised, it matches nothing. Lengths without a NUL; each
 * text also ends in one, which nothing but a printer may rely on.
 */
struct reference {
    enum reference_kind kind; /* 0 before parsing */
    /* IDENTITY_DNS or IDENTITY_IP of a host, IDENTITY_EMAIL, IDENTITY_URI (a SPIFFE ID too) or
     * IDENTITY_SRV; IDENTITY_NONE before parsing */
    enum identity_type type;
    enum rule_set set; /* whose rules it was read by */

    /*
     * What is compared, but for a name by a peer's rules (see `given`):
     *   IDENTITY_DNS: A-labels in lower case, no trailing dot; any text by a peer's rules;
     *   IDENTITY_IP: as inet_ntop writes it;
     *   mailbox: the local part as given, @, the domain in A-labels and lower case (by
     * RULES_OPENSSL and RULES_PYTHON_3_7 all of it as given); URI: scheme and host in lower case,
     * as in https://example.com or sip:example.com; SPIFFE ID: as given; SRV: service and domain in
     * lower case, as in _imap.example.com.
     */
    char value[REFERENCE_VALUE_BYTES + 1];
    size_t value_len;

    /* How much of `value` stands before the domain and what separates it: the local part of a
     * mailbox, the scheme of a URI, the service with its underscore. */
    size_t head_len;

    /* The domain that it names, by which a policy is looked up: of a host its value, of a mailbox,
     * URI or SRV its domain, of a SPIFFE ID the trust domain. In A-labels and lower case. */
    char domain[REFERENCE_DOMAIN_BYTES + 1];
    size_t domain_len;
    bool domain_is_address; /* it is the text of an IP address, and no name */

    /* IDENTITY_IP: the address, 4 or 16 octets in network order */
    uint8_t address[16];
    size_t address_len;

    /* Of a host alone: as messages name it: as it was given, case and dot and all, but U-labels as
     * A-labels (as they are by RULES_OPENSSL and RULES_PYTHON_3_5); by any peer's rules this is
     * what is compared */
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

    /* of the kinds that are no hosts */
    REFERENCE_UNKNOWN_KIND,        /* no enum reference_kind */
    REFERENCE_ADDRESS,             /* an IP address where a domain name has to stand */
    REFERENCE_DOMAIN_DOT,          /* a domain that begins with a dot */
    REFERENCE_NO_AT,               /* a mailbox without @ */
    REFERENCE_LOCAL_PART,          /* no dot-atom before the @ (RFC 5321 section 4.1.2, RFC 6531) */
    REFERENCE_LOCAL_PART_QUOTED,   /* a local part in quotation marks, or a backslash */
    REFERENCE_LOCAL_PART_TOO_LONG, /* a local part over 64 octets */
    REFERENCE_URI_TOO_LONG,        /* a URI over 2048 octets */
    REFERENCE_URI_CHARACTER,       /* a character that no URI has (RFC 3986 section 2) */
    REFERENCE_NO_SCHEME,           /* a URI that does not begin with a scheme and a colon */
    REFERENCE_NO_HOST,             /* no domain or host where one has to stand */
    REFERENCE_HOST_ESCAPED,        /* a percent sign in the host of a URI */
    REFERENCE_URI_PORT,            /* a URI whose port is no number */
    REFERENCE_URI_USER,            /* a SIP URI of a user, not of a domain (RFC 5922 section 7.1) */
    REFERENCE_URI_SPIFFE,          /* a SPIFFE ID, asked for as a URI */
    REFERENCE_NOT_SPIFFE,          /* no spiffe:// at its beginning, in lower case */
    REFERENCE_TRUST_DOMAIN,        /* an empty or overlong trust domain, or a bad character in it */
    REFERENCE_NO_PATH,             /* a SPIFFE ID of a trust domain, of no workload in it */
    REFERENCE_PATH_SEGMENT,        /* an empty segment in a SPIFFE ID's path, or . or .. */
    REFERENCE_PATH_CHARACTER,      /* a bad character in a SPIFFE ID's path */
    REFERENCE_NO_SERVICE,          /* no service with an underscore before a domain */
    REFERENCE_SERVICE_PROTOCOL,    /* a second underscore: a service and its protocol */
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

/*
 * Parses `len` bytes as a reference of that kind into *reference, as reference_parse does, which it
 * is for REFERENCE_HOST. A domain in it is a name by the rules of rfc9525 whatever the rule set,
 * but for mailboxes by RULES_OPENSSL and RULES_PYTHON_3_7: those are taken as they are if the text
 * after their last @ is a host by these rules.
 *
 * REFERENCE_EMAIL: local part, @, domain. A quoted local part is refused: it is another spelling of
 * one that needs no quotes, or of one that RFC 5321 section 4.1.2 has hosts do without.
 * REFERENCE_URI: with //, but for sip: and sips:. What stands before and behind the host (user
 * information, port, path) does not matter (RFC 9525 section 6.5). The host is a name.
 * REFERENCE_SPIFFE: a SPIFFE ID with a path (SPIFFE-ID section 2, X509-SVID section 3.1).
 * REFERENCE_SRV: "_service.domain" (RFC 4985 section 2).
 *
 * Returns 0, or a positive enum reference_fault, or -ENOMEM.
 */
int reference_parse_kind(struct reference *reference, enum reference_kind kind, enum rule_set set,
                         const uint8_t *text, size_t len);

/* The text by which messages name it: `given` of a host, `value` of the others. Ends in a NUL. */
const char *reference_shown(const struct reference *reference);

/* A sentence fragment for a person, as in "it begins with a dot". Never NULL. */
const char *reference_fault_text(enum reference_fault fault);
