/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/utf8.h"
#include "daemon/identity/idn.h"
#include "daemon/identity/reference_internal.h"

/*
 * The text is judged in this order, so that a fault is called by its most helpful name: its size,
 * its bytes, whether it is an address, its characters, its dots, and its labels one by one. Of
 * several bad characters that one is named whose fault comes first in enum reference_fault.
 *
 * `given` is built first, label by label; `value` is `given` in lower case without its last dot.
 */

_Static_assert(IDN_INPUT_BYTES >= REFERENCE_INPUT_BYTES,
               "any label of a reference can be converted");
_Static_assert(REFERENCE_NAME_BYTES >= REFERENCE_ADDRESS_TEXT_BYTES, "an address fits in as well");
_Static_assert(REFERENCE_DOMAIN_BYTES >= REFERENCE_NAME_BYTES, "a domain is the value of a host");

static int character_fault(uint32_t code)
{
    uint8_t byte = (uint8_t)code;

    if (utf8_is_space(code))
        return REFERENCE_WHITE_SPACE;
    /* Beyond ASCII, libidn2 judges. */
    if (code >= 0x80)
        return REFERENCE_OK;

    switch (byte) {
    case '\0':
        return REFERENCE_NUL;
    case '*':
        return REFERENCE_WILDCARD;
    case '[':
    case ']':
        return REFERENCE_BRACKETS;
    case '%':
        return REFERENCE_ZONE;
    case ':':
        return REFERENCE_PORT;
    case '.':
    case '_':
        return REFERENCE_OK;
    default:
        return (name_classes(&byte, 1) & NAME_LDH) ? REFERENCE_OK : REFERENCE_CHARACTER;
    }
}

int reference_characters_fault(const uint8_t *text, size_t len)
{
    int first = REFERENCE_OK;
    size_t n;

    for (size_t at = 0; at < len; at += n) {
        uint32_t code = 0;
        int fault;

        n = utf8_next(text + at, len - at, &code);
        if (n == 0)
            return REFERENCE_NOT_UTF8;
        fault = character_fault(code);
        if (fault != REFERENCE_OK && (first == REFERENCE_OK || fault < first))
            first = fault;
    }
    return first;
}

/* The four dots of IDNA (RFC 3490 section 3.1). Returns the length of the one at `text`, or 0. */
size_t reference_dot_len(const uint8_t *text, size_t len)
{
    static const uint8_t wide[][3] = {
        {0xe3, 0x80, 0x82}, /* U+3002 ideographic full stop */
        {0xef, 0xbc, 0x8e}, /* U+FF0E full-width full stop */
        {0xef, 0xbd, 0xa1}, /* U+FF61 half-width ideographic full stop */
    };

    if (len > 0 && text[0] == '.')
        return 1;
    for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
        if (len >= sizeof(wide[i]) && memcmp(text, wide[i], sizeof(wide[i])) == 0)
            return sizeof(wide[i]);
    }
    return 0;
}

static size_t label_len(const uint8_t *text, size_t len)
{
    size_t n = 0;

    while (n < len && reference_dot_len(text + n, len - n) == 0)
        n++;
    return n;
}

/* RFC 1034 section 3.1: no label but the root's is empty, and that one only at the very end. */
static int dots_fault(const uint8_t *text, size_t len)
{
    size_t first = reference_dot_len(text, len), n;

    if (first > 0)
        return first == len ? REFERENCE_EMPTY : REFERENCE_LEADING_DOT;

    for (size_t at = 0; at < len; at += n + reference_dot_len(text + at + n, len - at - n)) {
        n = label_len(text + at, len - at);
        if (n == 0)
            return REFERENCE_EMPTY_LABEL;
    }
    return REFERENCE_OK;
}

/* libidn2's word as a fault of the reference; `otherwise` is what the label was taken for. */
static int idn_result(int r, int otherwise)
{
    switch (r) {
    case IDN_NOT_UTF8:
        return REFERENCE_NOT_UTF8;
    case IDN_TOO_LONG:
        return REFERENCE_LABEL_TOO_LONG;
    case IDN_NOT_ALLOWED:
        return otherwise;
    default:
        return r;
    }
}

static int check_ascii_label(const uint8_t *label, size_t len)
{
    if (len > REFERENCE_LABEL_BYTES)
        return REFERENCE_LABEL_TOO_LONG;
    if (name_label_is_xn(label, len))
        return idn_result(idn_check_a_label(label, len), REFERENCE_A_LABEL);
    return REFERENCE_OK;
}

/*
 * RFC 9525 section 6.3 (and RFC 5891 section 5): a U-label is compared as its A-label. Mapping can
 * yield plain ASCII, in which a star or a colon may have come to light: it is judged again, and as
 * a label of a host.
 */
static int convert_label(const uint8_t *label, size_t len, uint8_t ascii[REFERENCE_LABEL_BYTES],
                         size_t *ascii_lenp)
{
    int r;

    r = idn_to_ascii(label, len, ascii, REFERENCE_LABEL_BYTES, ascii_lenp);
    if (r != 0)
        return idn_result(r, REFERENCE_U_LABEL);

    r = reference_characters_fault(ascii, *ascii_lenp);
    if (r != 0)
        return r;
    if (!name_label_is_ldh(ascii, *ascii_lenp))
        return REFERENCE_U_LABEL;
    if (name_label_is_xn(ascii, *ascii_lenp))
        return idn_result(idn_check_a_label(ascii, *ascii_lenp), REFERENCE_U_LABEL);
    return REFERENCE_OK;
}

static int append_label(struct reference *reference, const uint8_t *label, size_t len)
{
    uint8_t ascii[REFERENCE_LABEL_BYTES];
    int r;

    if (utf8_is_ascii(label, len)) {
        r = reference->set == RULES_RFC9525 ? check_ascii_label(label, len) : REFERENCE_OK;
    } else {
        r = convert_label(label, len, ascii, &len);
        label = ascii;
    }
    if (r != 0)
        return r;

    if (reference->given_len + len > REFERENCE_NAME_BYTES)
        return REFERENCE_TOO_LONG;
    memcpy(reference->given + reference->given_len, label, len);
    reference->given_len += len;
    return REFERENCE_OK;
}

int reference_append_labels(struct reference *reference, const uint8_t *host, size_t len)
{
    size_t at = 0;

    while (at < len) {
        size_t n = label_len(host + at, len - at),
               dot = reference_dot_len(host + at + n, len - at - n);
        int r = append_label(reference, host + at, n);

        if (r != 0)
            return r;
        /* A label ends within REFERENCE_NAME_BYTES, and `given` has room for a dot after them. */
        if (dot > 0)
            reference->given[reference->given_len++] = '.';
        at += n + dot;
    }
    return REFERENCE_OK;
}

static int parse_name(struct reference *reference, const uint8_t *host, size_t len)
{
    int r;

    r = reference_characters_fault(host, len);
    if (r == 0)
        r = dots_fault(host, len);
    if (r == 0)
        r = reference_append_labels(reference, host, len);
    if (r != 0)
        return r;

    reference->value_len = reference->given_len;
    if (reference->given[reference->given_len - 1] == '.')
        reference->value_len--;
    memcpy(reference->value, reference->given, reference->value_len);
    name_lower(reference->value, reference->value_len);

    /* inet_pton said no, but others would read an address here (RFC 1123 section 2.1). */
    if (name_ends_in_number((const uint8_t *)reference->value, reference->value_len))
        return REFERENCE_NUMERIC;
    reference->type = IDENTITY_DNS;
    return REFERENCE_OK;
}

/* 0 if `host` is no address: the text is then a name, or nothing. */
static size_t read_address(const uint8_t *host, size_t len, int *familyp, uint8_t address[16])
{
    char text[REFERENCE_ADDRESS_TEXT_BYTES + 1];

    if (len >= sizeof(text))
        return 0;
    memcpy(text, host, len);
    text[len] = '\0';

    *familyp = AF_INET;
    if (inet_pton(AF_INET, text, address) == 1)
        return 4;
    *familyp = AF_INET6;
    return inet_pton(AF_INET6, text, address) == 1 ? 16 : 0;
}

static int take_address(struct reference *reference, int family, const uint8_t *host, size_t len)
{
    if (!inet_ntop(family, reference->address, reference->value, sizeof(reference->value)))
        return -errno;
    reference->value_len = strlen(reference->value);
    memcpy(reference->given, host, len);
    reference->given_len = len;
    reference->type = IDENTITY_IP;
    return REFERENCE_OK;
}

static int parse(struct reference *reference, const uint8_t *host, size_t len)
{
    int family = AF_UNSPEC;

    if (len == 0)
        return REFERENCE_EMPTY;
    if (len > REFERENCE_INPUT_BYTES)
        return REFERENCE_TOO_LONG;
    /* Before inet_pton, which would stop at it. */
    if (memchr(host, '\0', len))
        return REFERENCE_NUL;

    reference->address_len = read_address(host, len, &family, reference->address);
    if (reference->address_len > 0)
        return take_address(reference, family, host, len);
    return reference->set == RULES_RFC9525 ? parse_name(reference, host, len)
                                           : reference_read_peer_name(reference, host, len);
}

int reference_parse(struct reference *reference, enum rule_set set, const uint8_t *host, size_t len)
{
    int r;

    *reference = (struct reference){.kind = REFERENCE_HOST, .set = set};
    r = parse(reference, host, len);
    if (r != 0) {
        *reference = (struct reference){0};
        return r;
    }
    memcpy(reference->domain, reference->value, reference->value_len);
    reference->domain_len = reference->value_len;
    reference->domain_is_address = reference->type == IDENTITY_IP;
    return REFERENCE_OK;
}
