/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads and writes pins as text: base64 with padding, RFC 4648 section 4. */

#include <stddef.h>
#include <stdint.h>

#include "base/base64.h"
#include "daemon/policy/types.h"

/* The length of a pin's text, without its NUL. */
#define POLICY_PIN_TEXT_BYTES BASE64_TEXT_BYTES(POLICY_PIN_BYTES)

/* The faults of a pin's text. */
enum policy_pin_fault {
    POLICY_PIN_OK = 0,
    POLICY_PIN_LENGTH,   /* not 44 characters */
    POLICY_PIN_ALPHABET, /* a character is not one of the base64 alphabet */
    POLICY_PIN_PADDING,  /* not exactly one = at the end */
    POLICY_PIN_BITS,     /* bits of the last character that belong to no byte are not zero */
};

/*
 * Decodes the text of a pin. Only one text is accepted for each pin. `pin` is written only if
 * POLICY_PIN_OK is returned.
 */
enum policy_pin_fault policy_pin_decode(uint8_t pin[POLICY_PIN_BYTES], const char *text);

/* Writes the text of a pin, with its NUL. */
void policy_pin_encode(char text[POLICY_PIN_TEXT_BYTES + 1], const uint8_t pin[POLICY_PIN_BYTES]);

/* Returns a sentence fragment about the fault, such as "it is not 44 characters long". Never NULL.
 */
const char *policy_pin_fault_text(enum policy_pin_fault fault);
