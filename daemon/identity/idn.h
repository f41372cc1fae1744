/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Internationalized labels, through libidn2: IDNA 2008 with the mapping of UTS #46,
 * non-transitional (RFC 5890, RFC 5891). One label at a time.
 */

#include <stddef.h>
#include <stdint.h>

/* The longest label that is looked at, in UTF-8: far over 63 bytes, as mapping shortens. */
#define IDN_INPUT_BYTES 1024

enum idn_fault {
    IDN_OK = 0,
    IDN_NOT_UTF8,    /* not valid UTF-8 */
    IDN_TOO_LONG,    /* over 63 bytes when converted, or over IDN_INPUT_BYTES before */
    IDN_NOT_ALLOWED, /* not a U-label and nothing that maps to a label; or not an A-label */
};

/*
 * Converts `label` (UTF-8, without a NUL) to ASCII in lower case: `ascii` has room for `size` bytes
 * and gets no NUL; *lenp is set. What maps to plain ASCII comes back as it maps, so the caller
 * looks at its characters: a full-width star is a star now.
 *
 * Returns 0, or a positive enum idn_fault, or -ENOMEM.
 */
int idn_to_ascii(const uint8_t *label, size_t len, uint8_t *ascii, size_t size, size_t *lenp);

/*
 * Checks that `label`, ASCII that begins with xn-- in any case, is an A-label: its U-label is valid
 * and converts to it again (RFC 5891 section 5.4).
 *
 * Returns 0, or a positive enum idn_fault, or -ENOMEM.
 */
int idn_check_a_label(const uint8_t *label, size_t len);
