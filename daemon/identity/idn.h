/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Internationalized labels, by libidn2: IDNA 2008 with the non-transitional mapping of UTS #46 (RFC
 * 5890, RFC 5891). Each function takes one label.
 */

#include <stddef.h>
#include <stdint.h>

/*
 * The most bytes of a label in UTF-8 that is converted. This is far over 63, because the mapping
 * can make a label shorter.
 */
#define IDN_INPUT_BYTES 1024

enum idn_fault {
    IDN_OK = 0,
    IDN_NOT_UTF8,    /* not valid UTF-8 */
    IDN_TOO_LONG,    /* over 63 bytes after conversion, or over IDN_INPUT_BYTES before */
    IDN_NOT_ALLOWED, /* from idn_to_ascii: neither a U-label nor text that maps to a label; from
                        idn_check_a_label: not an A-label */
};

/*
 * Converts `label` (UTF-8, without a NUL) to lower-case ASCII in `ascii`, which has room for `size`
 * bytes and gets no NUL, and sets *lenp. The result can be plain ASCII with any characters (a
 * full-width star becomes a star), so the caller has to check it.
 *
 * Returns 0, a positive enum idn_fault, or -ENOMEM.
 */
int idn_to_ascii(const uint8_t *label, size_t len, uint8_t *ascii, size_t size, size_t *lenp);

/*
 * Checks that `label`, which is ASCII and begins with xn-- in upper or lower case, is an A-label:
 * it decodes to a valid U-label, which converts back to `label` (RFC 5891 section 5.4).
 *
 * Returns 0, a positive enum idn_fault, or -ENOMEM.
 */
int idn_check_a_label(const uint8_t *label, size_t len);
