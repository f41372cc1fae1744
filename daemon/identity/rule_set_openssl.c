/* SPDX-License-Identifier: MIT */
#include "daemon/identity/rule_set.h"

#include <string.h>

#include "daemon/identity/name.h"

/*
 * For X509_check_host a presented name is a pattern only if it has exactly one star, in an allowed
 * place, and is otherwise a well-formed name. In any other name a star is compared as an ordinary
 * character. So one pass over the name looks for a pattern, and a second pass compares.
 */

/* The state of the first pass, which looks for a pattern. */
struct pattern_scan {
    const uint8_t *star; /* the star, or NULL if none was found so far */
    size_t n_dots;
    bool at_start; /* the next byte is the first of a label */
    bool hyphen;   /* the last byte of the label, apart from stars, was a hyphen */
    bool a_label;  /* the current label begins with xn-- */
};

static bool is_star_allowed(const struct pattern_scan *scan, const uint8_t *at, size_t n_left,
                            bool partial)
{
    bool at_end = n_left == 1 || at[1] == '.';

    if (scan->star || scan->a_label || scan->n_dots > 0)
        return false;
    return partial ? scan->at_start || at_end : scan->at_start && at_end;
}

/* Advances by the byte at `at`. Returns false if a pattern may not have that byte in this place. */
static bool take_byte(struct pattern_scan *scan, const uint8_t *at, size_t n_left, bool partial)
{
    switch (name_classes(at, 1)) {
    case NAME_STAR:
        if (!is_star_allowed(scan, at, n_left, partial))
            return false;
        scan->star = at;
        scan->at_start = false;
        return true;
    case NAME_HYPHEN:
        scan->hyphen = true;
        return !scan->at_start;
    case NAME_LETTER:
    case NAME_DIGIT:
        scan->a_label = scan->a_label || (scan->at_start && name_label_is_xn(at, n_left));
        scan->at_start = scan->hyphen = false;
        return true;
    default:
        if (*at != '.' || scan->at_start || scan->hyphen)
            return false;
        *scan = (struct pattern_scan){
            .star = scan->star, .n_dots = scan->n_dots + 1, .at_start = true};
        return true;
    }
}

/* Returns the position of the wildcard, or NULL if the name is not a pattern. */
static const uint8_t *find_wildcard(const uint8_t *name, size_t len, bool partial)
{
    struct pattern_scan scan = {.at_start = true};

    for (size_t i = 0; i < len; i++) {
        if (!take_byte(&scan, name + i, len - i, partial))
            return NULL;
    }
    return scan.at_start || scan.hyphen || scan.n_dots < 2 ? NULL : scan.star;
}

/*
 * Decides whether the star may stand for `part`, which are the bytes of the reference in the place
 * of the star. `whole_label` is true if the star is the whole label; `a_label` is true if the
 * reference begins with an A-label.
 */
static enum miss judge_star_part(const uint8_t *part, size_t len, bool whole_label, bool a_label)
{
    if (whole_label && len == 0)
        return MISS_WILDCARD_LABEL;
    if (!whole_label && a_label)
        return MISS_WILDCARD_A_LABEL;
    if (len == 1 && *part == '*')
        return MISS_NONE;
    if (memchr(part, '.', len))
        return MISS_LABEL_COUNT;
    return name_classes(part, len) & ~NAME_LDH ? MISS_WILDCARD_LABEL : MISS_NONE;
}

static enum miss compare_pattern(const struct identity *presented, const uint8_t *star,
                                 const uint8_t *name, size_t len)
{
    size_t head_len = (size_t)(star - presented->data), tail_len = presented->len - head_len - 1;
    const uint8_t *tail;

    if (len < head_len + tail_len)
        return MISS_LABEL;
    tail = name + len - tail_len;
    if (!name_equal(presented->data, head_len, name, head_len) ||
        !name_equal(star + 1, tail_len, tail, tail_len))
        return MISS_LABEL;
    return judge_star_part(name + head_len, len - head_len - tail_len,
                           head_len == 0 && star[1] == '.', name_label_is_xn(name, len));
}

enum miss rule_set_openssl_miss(const struct reference *reference, const struct identity *presented,
                                bool partial)
{
    const uint8_t *name = (const uint8_t *)reference->given;
    size_t len = reference->given_len;
    const uint8_t *star;

    if (presented->len == 0)
        return MISS_NOT_A_NAME;
    if (memchr(presented->data, '\0', presented->len))
        return MISS_NUL;

    star = find_wildcard(presented->data, presented->len, partial);
    if (star)
        return compare_pattern(presented, star, name, len);
    if (name_equal(presented->data, presented->len, name, len))
        return MISS_NONE;
    if (memchr(presented->data, '*', presented->len))
        return MISS_WILDCARD_LITERAL;
    return name_count_labels(presented->data, presented->len) == name_count_labels(name, len)
               ? MISS_LABEL
               : MISS_LABEL_COUNT;
}
