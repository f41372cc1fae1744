/* SPDX-License-Identifier: MIT */
#include "daemon/policy/serial.h"

#include <string.h>

bool policy_serial_set(struct policy_serial *serial, const uint8_t *octets, size_t len)
{
    while (len > 1 && octets[0] == 0) {
        octets++;
        len--;
    }
    *serial = (struct policy_serial){.len = 0};
    if (len == 0 || len > POLICY_SERIAL_BYTES)
        return false;
    memcpy(serial->bytes, octets, len);
    serial->len = len;
    return true;
}

static int read_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    char small = (char)(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    const char *digit = c == '\0' ? NULL : strchr(digits, small);

    return digit ? (int)(digit - digits) : -1;
}

const char *policy_serial_parse(struct policy_serial *serial, const char *text)
{
    uint8_t octets[2 * POLICY_SERIAL_BYTES] = {0};
    size_t n_digits = 0;

    for (const char *c = text; *c != '\0'; c++)
        n_digits += *c != ':';
    if (n_digits == 0)
        return "a serial number has hexadecimal digits";
    if (n_digits > 2 * sizeof(octets))
        return "a serial number has at most 20 octets";
    for (size_t i = n_digits % 2; *text != '\0'; text++) {
        int value = read_digit(*text);

        if (*text == ':')
            continue;
        if (value < 0)
            return "a serial number has hexadecimal digits and colons alone";
        octets[i / 2] = (uint8_t)(octets[i / 2] << 4 | value);
        i++;
    }
    return policy_serial_set(serial, octets, (n_digits + 1) / 2)
               ? NULL
               : "a serial number has at most 20 octets";
}

int policy_serial_compare(const struct policy_serial *one, const struct policy_serial *other)
{
    if (one->len != other->len)
        return one->len < other->len ? -1 : 1;
    return memcmp(one->bytes, other->bytes, one->len);
}

void policy_serial_print(struct memory_text *out, const struct policy_serial *serial)
{
    for (size_t i = 0; i < serial->len; i++)
        memory_text_add(out, "%02x", serial->bytes[i]);
}
