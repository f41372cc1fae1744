/* SPDX-License-Identifier: MIT */
#include "daemon/policy/pin.h"

#include <string.h>

#include "base/base64.h"

enum policy_pin_fault policy_pin_decode(uint8_t pin[POLICY_PIN_BYTES], const char *text)
{
    uint8_t data[BASE64_DATA_BYTES(POLICY_PIN_TEXT_BYTES)];
    size_t n = 0;

    if (strnlen(text, POLICY_PIN_TEXT_BYTES + 1) != POLICY_PIN_TEXT_BYTES)
        return POLICY_PIN_LENGTH;
    switch (base64_decode(text, POLICY_PIN_TEXT_BYTES, data, &n)) {
    case BASE64_OK:
        break;
    case BASE64_LENGTH:
        return POLICY_PIN_LENGTH;
    case BASE64_ALPHABET:
        return POLICY_PIN_ALPHABET;
    case BASE64_PADDING:
        return POLICY_PIN_PADDING;
    case BASE64_BITS:
        return POLICY_PIN_BITS;
    }
    if (n != POLICY_PIN_BYTES)
        return POLICY_PIN_PADDING;
    memcpy(pin, data, POLICY_PIN_BYTES);
    return POLICY_PIN_OK;
}

void policy_pin_encode(char text[POLICY_PIN_TEXT_BYTES + 1], const uint8_t pin[POLICY_PIN_BYTES])
{
    base64_encode(pin, POLICY_PIN_BYTES, text);
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
