/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference_internal.h"

#include <string.h>

#include "base/utf8.h"

/*
 * Reads a host name as OpenSSL and Python do, the programs that rule sets emulate (rules.h). They
 * check no syntax and compare the text that they are given. So `given` holds that text and is
 * compared; `value` holds the normalised name, by which policies are looked up.
 */

/*
 * The most digits of a number that are evaluated here. In the emulated programs a longer number can
 * overflow to any value.
 */
#define OCTET_DIGITS 9

/*
 * Returns the length of the decimal octet at the beginning of `text`, which may have a sign and
 * leading zeros; 0 if there is none.
 */
static size_t find_octet_len(const uint8_t *text, size_t len)
{
    size_t n = len > 0 && (text[0] == '+' || text[0] == '-'), first = n;
    unsigned long value = 0;

    for (; n < len && name_classes(text + n, 1) == NAME_DIGIT; n++) {
        if (n - first < OCTET_DIGITS)
            value = value * 10 + (text[n] - (unsigned)'0');
    }
    return n > first && (value <= 255 || n - first > OCTET_DIGITS) ? n : 0;
}

/*
 * Returns whether an emulated program would read the text as an address although inet_pton does
 * not: four numbers with any sign and number of digits, alone or at the end of an IPv6 address. The
 * text is refused then, because Python, OpenSSL and connecting clients disagree on its meaning.
 */
static bool passes_for_address(const uint8_t *text, size_t len)
{
    const uint8_t *colon = memrchr(text, ':', len);
    size_t at = colon ? (size_t)(colon - text) + 1 : 0, n;

    for (int i = 0; i < 4; i++) {
        if (i > 0 && (at == len || text[at++] != '.'))
            return false;
        n = find_octet_len(text + at, len - at);
        if (n == 0)
            return false;
        at += n;
    }
    return at == len;
}

/*
 * Returns the fault that Python's codec `idna` would find before a handshake: a label has 1 to 63
 * bytes, and only the last label may be empty.
 */
static int find_labels_fault(const uint8_t *name, size_t len)
{
    size_t n;

    for (size_t at = 0; at < len; at += n + 1) {
        n = name_label_len(name + at, len - at);
        if (n == 0)
            return REFERENCE_EMPTY_LABEL;
        if (n > REFERENCE_LABEL_BYTES)
            return REFERENCE_LABEL_TOO_LONG;
    }
    return REFERENCE_OK;
}

/*
 * Sets `value` to `given` in lower case without its trailing dots. `given` does not begin with a
 * dot.
 */
static void set_value(struct reference *reference)
{
    reference->value_len = reference->given_len;
    while (reference->value_len > 1 && reference->given[reference->value_len - 1] == '.')
        reference->value_len--;
    memcpy(reference->value, reference->given, reference->value_len);
    name_lower(reference->value, reference->value_len);
}

static int set_given(struct reference *reference, const uint8_t *host, size_t len)
{
    if (len - (host[len - 1] == '.') > REFERENCE_NAME_BYTES)
        return REFERENCE_TOO_LONG;
    memset(reference->given, 0, sizeof(reference->given));
    memcpy(reference->given, host, len);
    reference->given_len = len;
    return REFERENCE_OK;
}

static int find_text_fault(const uint8_t *host, size_t len)
{
    int fault = reference_labels_characters_fault(host, len);
    size_t dot = reference_labels_dot_len(host, len);

    if (fault == REFERENCE_NOT_UTF8 || fault == REFERENCE_WHITE_SPACE)
        return fault;
    if (dot > 0)
        return dot == len ? REFERENCE_EMPTY : REFERENCE_LEADING_DOT;
    return REFERENCE_OK;
}

int reference_emulated_read(struct reference *reference, const uint8_t *host, size_t len)
{
    bool ascii = utf8_is_ascii(host, len);
    int r = find_text_fault(host, len);

    if (r == 0)
        r = ascii ? set_given(reference, host, len) : reference_labels_append(reference, host, len);
    if (r == 0 && reference->set == RULES_PYTHON_3_7)
        r = find_labels_fault((const uint8_t *)reference->given, reference->given_len);
    if (r == 0 && passes_for_address((const uint8_t *)reference->given, reference->given_len))
        r = REFERENCE_NUMERIC;
    if (r != 0)
        return r;

    set_value(reference);
    /* Unlike Python 3.7, match_hostname() and X509_check_host compare U-labels without converting
     * them to A-labels. */
    if (!ascii && reference->set != RULES_PYTHON_3_7)
        r = set_given(reference, host, len);
    reference->type = IDENTITY_DNS;
    return r;
}
