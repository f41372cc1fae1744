/* SPDX-License-Identifier: MIT */
#include "daemon/identity/idn.h"

#include <errno.h>
#include <idn2.h>
#include <string.h>

#include "daemon/identity/name.h"

/*
 * IDN2_USE_STD3_ASCII_RULES is left out on purpose: with it libidn2 deletes forbidden characters,
 * and what remains would be taken for the name.
 */
#define LOOKUP_FLAGS (IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL)

static int translate_result(int r)
{
    switch (r) {
    case IDN2_OK:
        return IDN_OK;
    case IDN2_MALLOC:
        return -ENOMEM;
    case IDN2_ENCODING_ERROR:
        return IDN_NOT_UTF8;
    case IDN2_TOO_BIG_DOMAIN:
    case IDN2_TOO_BIG_LABEL:
    case IDN2_PUNYCODE_BIG_OUTPUT:
        return IDN_TOO_LONG;
    default:
        return IDN_NOT_ALLOWED;
    }
}

int idn_to_ascii(const uint8_t *label, size_t len, uint8_t *ascii, size_t size, size_t *lenp)
{
    uint8_t text[IDN_INPUT_BYTES + 1];
    uint8_t *converted = NULL;
    size_t converted_len;
    int r;

    if (len > IDN_INPUT_BYTES)
        return IDN_TOO_LONG;
    memcpy(text, label, len);
    text[len] = '\0';

    r = translate_result(idn2_lookup_u8(text, &converted, LOOKUP_FLAGS));
    if (r != 0)
        return r;

    converted_len = strlen((const char *)converted);
    if (converted_len <= size) {
        memcpy(ascii, converted, converted_len);
        *lenp = converted_len;
    } else {
        r = IDN_TOO_LONG;
    }
    idn2_free(converted);
    return r;
}

int idn_check_a_label(const uint8_t *label, size_t len)
{
    uint8_t again[NAME_LABEL_BYTES];
    size_t again_len = 0;
    int r;

    /* libidn2 accepts an underscore in an A-label; RFC 5890 section 2.3.1 does not. */
    if (!name_label_is_ldh(label, len))
        return IDN_NOT_ALLOWED;

    r = idn_to_ascii(label, len, again, sizeof(again), &again_len);
    if (r != 0)
        return r;
    return name_equal(label, len, again, again_len) ? IDN_OK : IDN_NOT_ALLOWED;
}
