/* SPDX-License-Identifier: MIT */
#include "daemon/identity/rule_set.h"

#include <string.h>

#include "daemon/identity/name.h"

/*
 * match_hostname() compares names as Unicode text, in which a star stands for any characters except
 * a dot. Here both names are compared as UTF-8, and only the case of ASCII letters is ignored,
 * which is stricter.
 */

static size_t count_stars(const uint8_t *label, size_t len)
{
    size_t n_stars = 0;

    for (size_t i = 0; i < len; i++)
        n_stars += label[i] == '*';
    return n_stars;
}

/* Returns whether the text begins with xn-- in lower case: Python looks only for that. */
static bool begins_with_xn(const uint8_t *text, size_t len)
{
    return len >= 4 && memcmp(text, "xn--", 4) == 0;
}

/*
 * Compares the left-most labels of both names. `label` is the presented one and contains one star;
 * `text` is the reference's.
 */
static enum miss compare_label(const uint8_t *label, size_t label_len, const uint8_t *text,
                               size_t len, bool a_label)
{
    const uint8_t *star = memchr(label, '*', label_len);
    size_t head_len = (size_t)(star - label), tail_len = label_len - head_len - 1;

    if (label_len == 1)
        return len > 0 ? MISS_NONE : MISS_WILDCARD_LABEL;
    if (a_label || begins_with_xn(label, label_len))
        return name_equal(label, label_len, text, len) ? MISS_NONE : MISS_WILDCARD_A_LABEL;
    if (len < head_len + tail_len || !name_equal(label, head_len, text, head_len) ||
        !name_equal(star + 1, tail_len, text + len - tail_len, tail_len))
        return MISS_LABEL;
    return MISS_NONE;
}

enum miss rule_set_python_3_5_miss(const struct reference *reference,
                                   const struct identity *presented)
{
    const uint8_t *name = (const uint8_t *)reference->given, *label = presented->data;
    size_t len = reference->given_len, label_len, left_len, n_stars;

    if (presented->len == 0)
        return MISS_NOT_A_NAME;
    label_len = name_label_len(label, presented->len);
    n_stars = count_stars(label, label_len);
    if (n_stars > 1)
        return MISS_WILDCARD_SEVERAL;

    if (name_count_labels(label, presented->len) != name_count_labels(name, len))
        return MISS_LABEL_COUNT;
    if (n_stars == 0)
        return name_equal(label, presented->len, name, len) ? MISS_NONE : MISS_LABEL;

    /* Both names have the same number of labels, so the rest after the left-most label is empty in
     * both or begins with a dot in both. */
    left_len = name_label_len(name, len);
    if (!name_equal(label + label_len, presented->len - label_len, name + left_len, len - left_len))
        return MISS_LABEL;
    return compare_label(label, label_len, name, left_len, begins_with_xn(name, len));
}
