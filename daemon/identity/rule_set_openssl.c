/* SPDX-License-Identifier: MIT */
#include "daemon/identity/rule_set.h"

#include <string.h>

#include "daemon/identity/name.h"

/*
 * A presented name is a pattern only if its star stands where that is allowed and all else is in
 * order; otherwise the star is a character like any other. One walk finds out, one compares.
 */

/* The state of the walk over a pattern, within a label. */
struct walk {
    const uint8_t *star;
    size_t n_dots;
    bool at_start; /* nothing of the label yet */
    bool hyphen;   /* its last byte but for a star */
    bool a_label;
};

static bool star_fits(const struct walk *walk, const uint8_t *at, size_t n_left, bool partial)
{
    bool at_end = n_left == 1 || at[1] == '.';

    if (walk->star || walk->a_label || walk->n_dots > 0)
        return false;
    return partial ? walk->at_start || at_end : walk->at_start && at_end;
}

/* Takes the byte at `at`; false if no pattern has it there. */
static bool walk_take(struct walk *walk, const uint8_t *at, size_t n_left, bool partial)
{
    switch (name_classes(at, 1)) {
    case NAME_STAR:
        if (!star_fits(walk, at, n_left, partial))
            return false;
        walk->star = at;
        walk->at_start = false;
        return true;
    case NAME_HYPHEN:
        walk->hyphen = true;
        return !walk->at_start;
    case NAME_LETTER:
    case NAME_DIGIT:
        walk->a_label = walk->a_label || (walk->at_start && name_label_is_xn(at, n_left));
        walk->at_start = walk->hyphen = false;
        return true;
    default:
        if (*at != '.' || walk->at_start || walk->hyphen)
            return false;
        *walk = (struct walk){.star = walk->star, .n_dots = walk->n_dots + 1, .at_start = true};
        return true;
    }
}

/* The star that counts, or NULL. */
static const uint8_t *pattern_star(const uint8_t *name, size_t len, bool partial)
{
    struct walk walk = {.at_start = true};

    for (size_t i = 0; i < len; i++) {
        if (!walk_take(&walk, name + i, len - i, partial))
            return NULL;
    }
    return walk.at_start || walk.hyphen || walk.n_dots < 2 ? NULL : walk.star;
}

/* What the star would have to stand for. */
static enum miss star_miss(const uint8_t *part, size_t len, bool whole_label, bool a_label)
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

static enum miss pattern_miss(const struct identity *presented, const uint8_t *star,
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
    return star_miss(name + head_len, len - head_len - tail_len, head_len == 0 && star[1] == '.',
                     name_label_is_xn(name, len));
}

enum miss set_openssl_name(const struct reference *reference, const struct identity *presented,
                           bool partial)
{
    const uint8_t *name = (const uint8_t *)reference->given;
    size_t len = reference->given_len;
    const uint8_t *star;

    if (presented->len == 0)
        return MISS_NOT_A_NAME;
    if (memchr(presented->data, '\0', presented->len))
        return MISS_NUL;

    star = pattern_star(presented->data, presented->len, partial);
    if (star)
        return pattern_miss(presented, star, name, len);
    if (name_equal(presented->data, presented->len, name, len))
        return MISS_NONE;
    if (memchr(presented->data, '*', presented->len))
        return MISS_WILDCARD_LITERAL;
    return name_count_labels(presented->data, presented->len) == name_count_labels(name, len)
               ? MISS_LABEL
               : MISS_LABEL_COUNT;
}
