/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference_internal.h"

#include <string.h>

#include "base/utf8.h"

/*
 * The peers judge no name: what they are asked for is what they compare. So there are two forms
 * here. `given` is compared, and `value` is only what the name comes to, for who looks it up.
 */

/* A number as the peers' libraries read one; with more digits than this it may overflow to any. */
#define OCTET_DIGITS 9

/* The bytes of an octet at `text`, be it with a sign or with zeros in front; 0 if it is none. */
static size_t octet_len(const uint8_t *text, size_t len)
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
 * Whether it would be an address for a peer, although inet_pton takes none: four numbers, of all
 * lengths and with signs, which may be the end of an IPv6 address. Python and OpenSSL do not agree
 * on these with each other, nor with who connects.
 */
static bool passes_for_address(const uint8_t *text, size_t len)
{
    const uint8_t *colon = memrchr(text, ':', len);
    size_t at = colon ? (size_t)(colon - text) + 1 : 0, n;

    for (int i = 0; i < 4; i++) {
        if (i > 0 && (at == len || text[at++] != '.'))
            return false;
        n = octet_len(text + at, len - at);
        if (n == 0)
            return false;
        at += n;
    }
    return at == len;
}

/* Python's codec idna, in the handshake: a label has 1 to 63 bytes, and only the last may be empty.
 */
static int labels_fault(const uint8_t *name, size_t len)
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

/* Without the dots at its end, all of them; it begins with none. */
static void set_value(struct reference *reference)
{
    reference->value_len = reference->given_len;
    while (reference->value_len > 1 && reference->given[reference->value_len - 1] == '.')
        reference->value_len--;
    memcpy(reference->value, reference->given, reference->value_len);
    name_lower(reference->value, reference->value_len);
}

static int give(struct reference *reference, const uint8_t *host, size_t len)
{
    if (len - (host[len - 1] == '.') > REFERENCE_NAME_BYTES)
        return REFERENCE_TOO_LONG;
    memset(reference->given, 0, sizeof(reference->given));
    memcpy(reference->given, host, len);
    reference->given_len = len;
    return REFERENCE_OK;
}

static int text_fault(const uint8_t *host, size_t len)
{
    int fault = reference_characters_fault(host, len);
    size_t dot = reference_dot_len(host, len);

    if (fault == REFERENCE_NOT_UTF8 || fault == REFERENCE_WHITE_SPACE)
        return fault;
    if (dot > 0)
        return dot == len ? REFERENCE_EMPTY : REFERENCE_LEADING_DOT;
    return REFERENCE_OK;
}

int reference_read_peer_name(struct reference *reference, const uint8_t *host, size_t len)
{
    bool ascii = utf8_is_ascii(host, len);
    int r = text_fault(host, len);

    if (r == 0)
        r = ascii ? give(reference, host, len) : reference_append_labels(reference, host, len);
    if (r == 0 && reference->set == RULES_PYTHON_3_7)
        r = labels_fault((const uint8_t *)reference->given, reference->given_len);
    if (r == 0 && passes_for_address((const uint8_t *)reference->given, reference->given_len))
        r = REFERENCE_NUMERIC;
    if (r != 0)
        return r;

    set_value(reference);
    /* match_hostname() and X509_check_host know nothing of IDNA; only the handshake converts. */
    if (!ascii && reference->set != RULES_PYTHON_3_7)
        r = give(reference, host, len);
    reference->type = IDENTITY_DNS;
    return r;
}
