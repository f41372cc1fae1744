/* SPDX-License-Identifier: MIT */
#include "client/ctl/number.h"

bool number_parse(const char *text, uint64_t max, uint64_t *numberp)
{
    uint64_t number = 0;

    if (*text == '\0')
        return false;
    for (; *text; text++) {
        unsigned digit = (unsigned)(unsigned char)*text - '0';

        if (digit > 9 || number > (UINT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *numberp = number;
    return number <= max;
}
