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
        [REFERENCE_A_LABEL] = "it holds a label that begins with xn-- and is not an A-label",
        [REFERENCE_U_LABEL] = "it holds a label that IDNA 2008 does not allow",
    };
    size_t at = (size_t)fault;

    return at < sizeof(texts) / sizeof(texts[0]) ? texts[at] : "it is wrong for an unknown reason";
}
