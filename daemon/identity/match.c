/* SPDX-License-Identifier: MIT */
#include "daemon/identity/match.h"

#include <string.h>

#include "daemon/identity/name.h"

/*
 * Every question is a few walks over the bytes of a name, whatever it holds: nothing is tried
 * twice, so a name of stars costs what any other of its length costs. What makes a presented name
 * unfit is looked for before it is compared, so that it is refused for itself. The reference was
 * judged when it was parsed: its value is in lower case, and every label of it is fit.
 */

/* What a presented name is made of. */
struct shape {
    size_t n_labels;
    bool wildcard; /* the left-most label is a star, and nothing else holds one */
};

/* What the presented identities say together. */
struct census {
    bool has_san; /* an identity that leaves the common name without a say */
    size_t n_common_names;
};

static const uint8_t *reference_name(const struct reference *reference)
{
    return (const uint8_t *)reference->value;
}

/* RFC 9525 section 6.3: exactly one star, and it is the complete left-most label. */
static enum miss shape_stars(const uint8_t *name, size_t len, struct shape *shape)
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

static enum miss shape_read(const struct identity *presented, struct shape *shape)
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

    /* Up to and with len: after a trailing dot there is one more label, and it is empty. */
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
    if (shape_stars(name, len, shape) != MISS_NONE)
        return MISS_WILDCARD_PLACE;
    return ldh ? MISS_NONE : MISS_NOT_A_NAME;
}

/* RFC 9525 section 6.3; it leaves public suffixes to local policy, and this is ours. */
static enum miss wildcard_miss(const struct match_rules *rules, const struct reference *reference,
                               const struct identity *presented)
{
    const uint8_t *name = reference_name(reference), *parent, *presented_parent;
    size_t parent_len, presented_parent_len;
    size_t label_len = name_label_len(name, reference->value_len);

    parent = name_parent(name, reference->value_len, &parent_len);
    presented_parent = name_parent(presented->data, presented->len, &presented_parent_len);
    if (!name_equal(presented_parent, presented_parent_len, parent, parent_len))
        return MISS_LABEL;
    if (suffix_list_is_public(rules->suffixes, (const char *)parent, parent_len))
        return MISS_WILDCARD_PUBLIC_SUFFIX;
    if (label_len == 0 || (name_classes(name, label_len) & ~NAME_LDH))
        return MISS_WILDCARD_LABEL;
    return MISS_NONE;
}

static enum miss name_miss(const struct match_rules *rules, const struct reference *reference,
                           const struct identity *presented)
{
    const uint8_t *name = reference_name(reference);
    struct shape shape;
    enum miss miss;

    miss = shape_read(presented, &shape);
    if (miss != MISS_NONE)
        return miss;
    if (shape.n_labels != name_count_labels(name, reference->value_len))
        return MISS_LABEL_COUNT;
    if (shape.wildcard)
        return wildcard_miss(rules, reference, presented);
    return name_equal(presented->data, presented->len, name, reference->value_len) ? MISS_NONE
                                                                                   : MISS_LABEL;
}

/* RFC 9525 section 6.4: octet for octet. An IPv4-mapped address has 16 and is not its IPv4 one. */
static enum miss address_miss(const struct reference *reference, const struct identity *presented)
{
    if (presented->len != 4 && presented->len != 16)
        return MISS_MALFORMED;
    if (presented->len != reference->address_len)
        return MISS_ADDRESS_FAMILY;
    return memcmp(presented->data, reference->address, presented->len) == 0 ? MISS_NONE
                                                                            : MISS_ADDRESS;
}

enum miss match_one(const struct match_rules *rules, const struct reference *reference,
                    const struct identity *presented)
{
    bool for_name = reference->type == IDENTITY_DNS, for_address = reference->type == IDENTITY_IP;

    if (presented->type == IDENTITY_MALFORMED)
        return MISS_MALFORMED;
    if (presented->type == IDENTITY_IP && for_address)
        return address_miss(reference, presented);
    if (presented->type == IDENTITY_DNS && for_name)
        return name_miss(rules, reference, presented);
    if (presented->type == IDENTITY_CN && for_address)
        return MISS_CN_FOR_ADDRESS;
    if (presented->type == IDENTITY_CN && for_name)
        return rules->common_name ? name_miss(rules, reference, presented) : MISS_CN_OFF;
    return MISS_OTHER_TYPE;
}

static void census_take(struct census *census, const struct identity *presented, size_t n_presented)
{
    *census = (struct census){0};
    for (size_t i = 0; i < n_presented; i++) {
        switch (presented[i].type) {
        case IDENTITY_CN:
            census->n_common_names++;
            break;
        case IDENTITY_EMAIL:
        case IDENTITY_OTHER:
            break;
        default:
            /* What cannot be read may have been a name: it counts as one. */
            census->has_san = true;
        }
    }
}

/* As match_one, but with an eye on the others: RFC 6125 section 6.4.4, the CN-ID as a last resort.
 */
static enum miss judge(const struct match_rules *rules, const struct reference *reference,
                       const struct census *census, const struct identity *presented)
{
    if (presented->type == IDENTITY_CN && reference->type == IDENTITY_DNS && rules->common_name) {
        if (census->has_san)
            return MISS_CN_NOT_LAST_RESORT;
        if (census->n_common_names != 1)
            return MISS_CN_SEVERAL;
    }
    return match_one(rules, reference, presented);
}

/* How near an identity comes to the reference: 0 is not of its kind, then the more the nearer. */
static size_t nearness(const struct reference *reference, const struct identity *presented)
{
    size_t len = presented->len;

    if (presented->type == IDENTITY_CN)
        return 1;
    if (presented->type == IDENTITY_IP && reference->type == IDENTITY_IP)
        return len == reference->address_len ? 3 : 2;
    if (presented->type != IDENTITY_DNS || reference->type != IDENTITY_DNS)
        return 0;

    /* A trailing dot is a miss, but not one that makes the name any less near. */
    if (len > 0 && presented->data[len - 1] == '.')
        len--;
    return 2 + name_common_labels(presented->data, len, reference_name(reference),
                                  reference->value_len);
}

void match_all(const struct match_rules *rules, const struct reference *reference,
               const struct identity *presented, size_t n_presented, struct match_result *result)
{
    struct census census;
    size_t best = 0;

    *result = (struct match_result){0};
    census_take(&census, presented, n_presented);

    for (size_t i = 0; i < n_presented; i++) {
        enum miss miss = judge(rules, reference, &census, &presented[i]);
        size_t near;

        if (miss == MISS_NONE) {
            *result = (struct match_result){.match = MATCH_FOUND, .matched = i};
            return;
        }

        near = nearness(reference, &presented[i]);
        if (near > best) {
            best = near;
            result->has_nearest = true;
            result->nearest = i;
            result->why = miss;
        }
    }
}
