/* SPDX-License-Identifier: MIT */
#include "daemon/identity/name.h"

#include <string.h>

/* Each byte has the bit in which an upper-case and a lower-case letter differ. */
#define CASE_BITS 0x2020202020202020u

static bool is_between(uint8_t c, uint8_t first, uint8_t last)
{
    return c >= first && c <= last;
}

static uint8_t to_lower(uint8_t c)
{
    return is_between(c, 'A', 'Z') ? (uint8_t)(c + ('a' - 'A')) : c;
}

static unsigned classify(uint8_t c)
{
    if (is_between(to_lower(c), 'a', 'z'))
        return NAME_LETTER;
    if (is_between(c, '0', '9'))
        return NAME_DIGIT;

    switch (c) {
    case '-':
        return NAME_HYPHEN;
    case '_':
        return NAME_UNDERSCORE;
    case '*':
        return NAME_STAR;
    default:
        return NAME_OTHER;
    }
}

unsigned name_classes(const uint8_t *label, size_t len)
{
    unsigned classes = 0;

    for (size_t i = 0; i < len; i++)
        classes |= classify(label[i]);
    return classes;
}

void name_lower(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        text[i] = (char)to_lower((uint8_t)text[i]);
}

static bool equal_but_for_case(const uint8_t *a, const uint8_t *b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (to_lower(a[i]) != to_lower(b[i]))
            return false;
    }
    return true;
}

/*
 * Compares eight bytes at a time. If two words differ in any bit but those of CASE_BITS, the names
 * differ. That is mostly so for different names, which then need no byte-by-byte comparison.
 */
bool name_equal(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    uint64_t x, y;
    size_t at = 0;

    if (a_len != b_len || a_len == 0)
        return a_len == b_len;

    for (; a_len - at >= sizeof(x); at += sizeof(x)) {
        memcpy(&x, a + at, sizeof(x));
        memcpy(&y, b + at, sizeof(y));
        if ((x ^ y) & ~CASE_BITS)
            return false;
        if (x != y && !equal_but_for_case(a + at, b + at, sizeof(x)))
            return false;
    }
    return equal_but_for_case(a + at, b + at, a_len - at);
}

size_t name_label_len(const uint8_t *name, size_t len)
{
    size_t n = 0;

    while (n < len && name[n] != '.')
        n++;
    return n;
}

const uint8_t *name_parent(const uint8_t *name, size_t len, size_t *parent_lenp)
{
    size_t skip = name_label_len(name, len);

    if (skip < len)
        skip++;
    *parent_lenp = len - skip;
    return name + skip;
}

size_t name_count_labels(const uint8_t *name, size_t len)
{
    size_t n_labels = 1;

    for (size_t i = 0; i < len; i++)
        n_labels += name[i] == '.';
    return n_labels;
}

static bool is_label_start(const uint8_t *name, size_t at)
{
    return at == 0 || name[at - 1] == '.';
}

size_t name_common_labels(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    size_t n_common = 0;

    if (a_len == 0 || b_len == 0)
        return 0;

    while (a_len > 0 && b_len > 0 && to_lower(a[a_len - 1]) == to_lower(b[b_len - 1])) {
        a_len--;
        b_len--;
        n_common += a[a_len] == '.';
    }
    /* The left-most of the equal bytes complete a label only if a label begins there in both names.
     */
    return n_common + (is_label_start(a, a_len) && is_label_start(b, b_len));
}

bool name_label_is_ldh(const uint8_t *label, size_t len)
{
    return len > 0 && len <= NAME_LABEL_BYTES && (name_classes(label, len) & ~NAME_LDH) == 0 &&
           label[0] != '-' && label[len - 1] != '-';
}

bool name_label_is_xn(const uint8_t *label, size_t len)
{
    return len >= 4 && name_equal(label, 4, (const uint8_t *)"xn--", 4);
}

bool name_ends_in_number(const uint8_t *name, size_t len)
{
    size_t start = len;

    while (!is_label_start(name, start))
        start--;
    return name_classes(name + start, len - start) == NAME_DIGIT;
}
