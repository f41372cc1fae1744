/* SPDX-License-Identifier: MIT */
#include "daemon/policy/pin.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* libc's own base64 stands in libresolv, skips white space, and takes a pin in more than one form.
 */
enum policy_pin_fault policy_pin_decode(uint8_t pin[POLICY_PIN_BYTES], const char *text)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;
    size_t n_digits, len = 0;

    if (strnlen(text, POLICY_PIN_TEXT_BYTES + 1) != POLICY_PIN_TEXT_BYTES)
        return POLICY_PIN_LENGTH;
    n_digits = strspn(text, alphabet);
    if (strspn(text + n_digits, "=") != POLICY_PIN_TEXT_BYTES - n_digits)
        return POLICY_PIN_ALPHABET;
    if (n_digits != POLICY_PIN_TEXT_BYTES - 1)
        return POLICY_PIN_PADDING;
    /* the last digit carries two bits more than the pin has */
    if ((strchr(alphabet, text[n_digits - 1]) - alphabet) % 4 != 0)
        return POLICY_PIN_BITS;
    for (size_t i = 0; i < n_digits; i++) {
        bits = bits << 6 | (uint32_t)(strchr(alphabet, text[i]) - alphabet);
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            pin[len++] = (uint8_t)(bits >> n_bits);
        }
    }
    return POLICY_PIN_OK;
}

void policy_pin_encode(char text[POLICY_PIN_TEXT_BYTES + 1], const uint8_t pin[POLICY_PIN_BYTES])
{
    for (size_t i = 0; i < POLICY_PIN_TEXT_BYTES - 1; i++) {
        size_t at = 6 * i / 8;
        unsigned next = at + 1 < POLICY_PIN_BYTES ? pin[at + 1] : 0;
        unsigned pair = (unsigned)pin[at] << 8 | next;

        text[i] = alphabet[pair >> (10 - 6 * i % 8) & 63];
    }
    text[POLICY_PIN_TEXT_BYTES - 1] = '=';
    text[POLICY_PIN_TEXT_BYTES] = '\0';
}

const char *policy_pin_fault_text(enum policy_pin_fault fault)
{
    static const char *const texts[] = {
        [POLICY_PIN_OK] = "it is a pin",
        [POLICY_PIN_LENGTH] = "it is not 44 characters long",
        [POLICY_PIN_ALPHABET] = "it holds a character that base64 does not have",
        [POLICY_PIN_PADDING] = "it does not end in exactly one \"=\"",
        [POLICY_PIN_BITS] = "its last character holds bits that belong to no byte",
    };

    if ((size_t)fault >= sizeof(texts) / sizeof(texts[0]))
        return "it is not a pin";
    return texts[fault];
}
