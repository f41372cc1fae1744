/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference_internal.h"

#include <string.h>

#include "base/utf8.h"
#include "daemon/identity/idn.h"

/*
 * Splits the text of a host into labels, checks each and converts U-labels to A-labels, since those
 * are compared. A label that begins with xn-- is compared as the ASCII that it is (RFC 9525 section
 * 6.3), even if IDNA 2008 does not allow the characters that it encodes, such as emoji.
 */

_Static_assert(IDN_INPUT_BYTES >= REFERENCE_INPUT_BYTES,
               "any label of a reference can be converted");

static int find_character_fault(uint32_t code)
{
    uint8_t byte = (uint8_t)code;

    if (utf8_is_space(code))
        return REFERENCE_WHITE_SPACE;
    /* Characters beyond ASCII are left to libidn2 (convert_label). */
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

int reference_labels_characters_fault(const uint8_t *text, size_t len)
{
    int first = REFERENCE_OK;
    size_t n;

    for (size_t at = 0; at < len; at += n) {
        uint32_t code = 0;
        int fault;

        n = utf8_next(text + at, len - at, &code);
        if (n == 0)
            return REFERENCE_NOT_UTF8;
        fault = find_character_fault(code);
        if (fault != REFERENCE_OK && (first == REFERENCE_OK || fault < first))
            first = fault;
    }
    return first;
}

size_t reference_labels_dot_len(const uint8_t *text, size_t len)
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

static size_t find_label_len(const uint8_t *text, size_t len)
{
    size_t n = 0;

    while (n < len && reference_labels_dot_len(text + n, len - n) == 0)
        n++;
    return n;
}

int reference_labels_dots_fault(const uint8_t *text, size_t len)
{
    size_t first = reference_labels_dot_len(text, len), n;

    if (first > 0)
        return first == len ? REFERENCE_EMPTY : REFERENCE_LEADING_DOT;

    for (size_t at = 0; at < len; at += n + reference_labels_dot_len(text + at + n, len - at - n)) {
        n = find_label_len(text + at, len - at);
        if (n == 0)
            return REFERENCE_EMPTY_LABEL;
    }
    return REFERENCE_OK;
}

/* Turns an enum idn_fault into an enum reference_fault. */
static int translate_idn_fault(int r)
{
    switch (r) {
    case IDN_NOT_UTF8:
        return REFERENCE_NOT_UTF8;
    case IDN_TOO_LONG:
        return REFERENCE_LABEL_TOO_LONG;
    case IDN_NOT_ALLOWED:
        return REFERENCE_U_LABEL;
    default:
        return r;
    }
}

/*
 * Converts a U-label to its A-label (RFC 9525 section 6.3, RFC 5891 section 5). The mapping of a
 * full-width character can produce any ASCII character, for example a star or a colon, so the
 * result is checked again as a label of a host.
 */
static int convert_label(const uint8_t *label, size_t len, uint8_t ascii[REFERENCE_LABEL_BYTES],
                         size_t *ascii_lenp)
{
    int r;

    r = idn_to_ascii(label, len, ascii, REFERENCE_LABEL_BYTES, ascii_lenp);
    if (r != 0)
        return translate_idn_fault(r);

    r = reference_labels_characters_fault(ascii, *ascii_lenp);
    if (r != 0)
        return r;
    if (!name_label_is_ldh(ascii, *ascii_lenp))
        return REFERENCE_U_LABEL;
    if (name_label_is_xn(ascii, *ascii_lenp))
        return translate_idn_fault(idn_check_a_label(ascii, *ascii_lenp));
    return REFERENCE_OK;
}

static int append_label(struct reference *reference, const uint8_t *label, size_t len)
{
    uint8_t ascii[REFERENCE_LABEL_BYTES];
    int r;

    if (utf8_is_ascii(label, len)) {
        r = reference->set == RULES_RFC9525 && len > REFERENCE_LABEL_BYTES
                ? REFERENCE_LABEL_TOO_LONG
                : REFERENCE_OK;
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

int reference_labels_append(struct reference *reference, const uint8_t *host, size_t len)
{
    size_t at = 0;

    while (at < len) {
        size_t n = find_label_len(host + at, len - at),
               dot = reference_labels_dot_len(host + at + n, len - at - n);
        int r = append_label(reference, host + at, n);

        if (r != 0)
            return r;
        /* append_label has kept `given` within REFERENCE_NAME_BYTES; the array has two more bytes,
         * for a dot and a NUL. */
        if (dot > 0)
            reference->given[reference->given_len++] = '.';
        at += n + dot;
    }
    return REFERENCE_OK;
}
