/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference.h"

const char *reference_fault_text(enum reference_fault fault)
{
    static const char *const texts[] = {
        [REFERENCE_OK] = "it is fine",
        [REFERENCE_EMPTY] = "it is empty",
        [REFERENCE_NUL] = "it holds a NUL",
        [REFERENCE_NOT_UTF8] = "it is not valid UTF-8",
        [REFERENCE_WHITE_SPACE] = "it holds white space",
        [REFERENCE_WILDCARD] = "it holds a star, which only certificates have",
        [REFERENCE_BRACKETS] = "it holds a bracket; an address is given without",
        [REFERENCE_ZONE] = "it holds a percent sign; an address is given without a zone",
        [REFERENCE_PORT] = "it holds a colon and is not an IPv6 address; a port is not part of it",
        [REFERENCE_CHARACTER] = "it holds a character that no host name has",
        [REFERENCE_LEADING_DOT] = "it begins with a dot",
        [REFERENCE_EMPTY_LABEL] = "it holds two dots in a row",
        [REFERENCE_LABEL_TOO_LONG] = "it holds a label of more than 63 bytes",
        [REFERENCE_TOO_LONG] = "it is longer than 253 bytes",
        [REFERENCE_NUMERIC] = "it ends in a number and is not an IP address",
        [REFERENCE_U_LABEL] = "it holds a label that IDNA 2008 does not allow",
        [REFERENCE_UNKNOWN_KIND] = "it is of no kind that can be asked for",
        [REFERENCE_ADDRESS] = "it names an IP address where a domain name has to stand",
        [REFERENCE_DOMAIN_DOT] = "its domain begins with a dot",
        [REFERENCE_NO_AT] = "it holds no @",
        [REFERENCE_LOCAL_PART] = "what stands before its @ is empty, holds another @, a dot at an "
                                 "end or beside another, or a character that no mailbox has",
        [REFERENCE_LOCAL_PART_QUOTED] = "it holds a quotation mark or a backslash; give a mailbox "
                                        "that needs none",
        [REFERENCE_LOCAL_PART_TOO_LONG] = "more than 64 bytes stand before its @",
        [REFERENCE_URI_TOO_LONG] = "it is longer than 2048 bytes",
        [REFERENCE_URI_CHARACTER] = "it holds a character that no URI has",
        [REFERENCE_NO_SCHEME] =
            "it does not begin with a scheme, as in https:, of at most 64 bytes",
        [REFERENCE_NO_HOST] = "it names no host",
        [REFERENCE_HOST_ESCAPED] = "its host holds a percent sign; give the name as it is",
        [REFERENCE_URI_PORT] = "its port is not a number",
        [REFERENCE_URI_USER] = "it is the URI of a user; give the one of the domain, without @",
        [REFERENCE_URI_SPIFFE] = "its scheme is spiffe, but it is not a valid SPIFFE ID",
        [REFERENCE_NOT_SPIFFE] = "it does not begin with spiffe:// in small letters",
        [REFERENCE_TRUST_DOMAIN] = "its trust domain is not 1 to 255 small letters, digits, dots, "
                                   "hyphens and underscores",
        [REFERENCE_NO_PATH] = "it has no path, and so names a trust domain and no workload in it",
        [REFERENCE_PATH_SEGMENT] =
            "its path ends in a slash, or holds an empty segment or one that "
            "is . or ..",
        [REFERENCE_PATH_CHARACTER] = "its path holds more than letters, digits, dots, hyphens, "
                                     "underscores and slashes",
        [REFERENCE_NO_SERVICE] =
            "it does not begin with an underscore, a service of letters, digits "
            "and hyphens, and a dot, as in _imap.example.com",
        [REFERENCE_SERVICE_PROTOCOL] = "it holds a second underscore; a service is given without "
                                       "its protocol, as in _imap.example.com",
    };
    size_t at = (size_t)fault;

    return at < sizeof(texts) / sizeof(texts[0]) ? texts[at] : "it is wrong for an unknown reason";
}
