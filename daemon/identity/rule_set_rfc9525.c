/* SPDX-License-Identifier: MIT */
#include "daemon/identity/rule_set.h"

#include <string.h>

#include "daemon/identity/name.h"

/*
 * A presented name is checked before it is compared, so that a malformed name is reported as
 * malformed and not as a mismatch. The reference was checked when it was parsed: its value is in
 * lower case and its labels are valid.
 */

/* The findings of the check of a presented name. */
struct shape {
    size_t n_labels;
    bool wildcard; /* the left-most label is a star, and the name has no other star */
};

/*
 * Checks a name that has a star: there has to be exactly one, which is the complete left-most label
 * (RFC 9525 section 6.3).
 */
static enum miss check_stars(const uint8_t *name, size_t len, struct shape *shape)
{
    const uint8_t *parent;
    size_t parent_len;

    if (name_label_len(name, len) != 1)
        return MISS_WILDCARD_PLACE;

    parent = name_parent(name, len, &parent_len);
    if (parent_len > 0 && memchr(parent, '*', parent_len))
        return MISS_WILDCARD_PLACE;

    shape->wildcard = true;
    return MISS_NONE;
}

static enum miss read_shape(const struct identity *presented, struct shape *shape)
{
    const uint8_t *name = presented->data;
    size_t len = presented->len, label_len;
    unsigned all = 0;
    bool ldh = true;

    *shape = (struct shape){0};
    if (len > 0 && memchr(name, '\0', len))
        return MISS_NUL;
    if (len == 0 || len > NAME_BYTES)
        return MISS_NOT_A_NAME;

    /* `at` may reach len: a trailing dot is followed by one more label, an empty one. */
    for (size_t at = 0; at <= len; at += label_len + 1) {
        unsigned classes;

        label_len = name_label_len(name + at, len - at);
        classes = name_classes(name + at, label_len);
        if (label_len == 0 || label_len > NAME_LABEL_BYTES || (classes & NAME_OTHER))
            return MISS_NOT_A_NAME;
        if (at > 0)
            ldh = ldh && name_label_is_ldh(name + at, label_len);
        all |= classes;
        shape->n_labels++;
    }

    if (!(all & NAME_STAR))
        return MISS_NONE;
    if (check_stars(name, len, shape) != MISS_NONE)
        return MISS_WILDCARD_PLACE;
    return ldh ? MISS_NONE : MISS_NOT_A_NAME;
}

static enum miss compare_wildcard(const uint8_t *name, size_t len, const struct identity *presented)
{
    const uint8_t *parent, *presented_parent;
    size_t parent_len, presented_parent_len;
    size_t label_len = name_label_len(name, len);

    parent = name_parent(name, len, &parent_len);
    presented_parent = name_parent(presented->data, presented->len, &presented_parent_len);
    if (!name_equal(presented_parent, presented_parent_len, parent, parent_len))
        return MISS_LABEL;
    if (label_len == 0 || (name_classes(name, label_len) & ~NAME_LDH))
        return MISS_WILDCARD_LABEL;
    return MISS_NONE;
}

enum miss rule_set_rfc9525_miss(const uint8_t *name, size_t len, const struct identity *presented)
{
    struct shape shape;
    enum miss miss;

    miss = read_shape(presented, &shape);
    if (miss != MISS_NONE)
        return miss;
    if (shape.n_labels != name_count_labels(name, len))
        return MISS_LABEL_COUNT;
    if (shape.wildcard)
        return compare_wildcard(name, len, presented);
    return name_equal(presented->data, presented->len, name, len) ? MISS_NONE : MISS_LABEL;
}
