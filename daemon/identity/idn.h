/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Internationalized labels, by libidn2: IDNA 2008 with the non-transitional mapping of UTS #46 (RFC
 * 5890, RFC 5891). Each function takes one label.
 */

#include <stddef.h>
#include <stdint.h>

/* The longest label in UTF-8 that is converted. It is far over 63 bytes because mapping can shorten
 * a label. */
#define IDN_INPUT_BYTES 1024

enum idn_fault {
    IDN_OK = 0,
    IDN_NOT_UTF8,    /* not valid UTF-8 */
    IDN_TOO_LONG,    /* over 63 bytes when converted, or over IDN_INPUT_BYTES before */
    IDN_NOT_ALLOWED, /* neither a U-label nor text that maps to a label; or not an A-label */
};

/*
 * Converts `label` (UTF-8, without a NUL) to lower-case ASCII in `ascii`, which has room for `size`
 * bytes and gets no NUL, and sets *lenp. A label can map to plain ASCII with any characters (a
 * full-width star becomes a star), so the caller has to check the result.
 *
 * Returns 0, a positive enum idn_fault, or -ENOMEM.
 */
int idn_to_ascii(const uint8_t *label, size_t len, uint8_t *ascii, size_t size, size_t *lenp);

/*
 * Checks that `label`, ASCII that begins with xn-- in any case, is an A-label: its U-label is valid
 * and converts back to it (RFC 5891 section 5.4).
 *
 * Returns 0, a positive enum idn_fault, or -ENOMEM.
 */
int idn_check_a_label(const uint8_t *label, size_t len);
