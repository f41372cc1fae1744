/* SPDX-License-Identifier: MIT */
#include "tests/conformance/mutant_change.h"

#include <string.h>

#define TAG_BOOLEAN    0x01
#define TAG_OID        0x06
#define TAG_UTC_TIME   0x17
#define TAG_TIME       0x18
#define TAG_EXTENSIONS 0xa3
#define SLOTS_COUNT    DER_TREE_ELEMENTS

/* Places in a tree, each of which is the address of the pointer to an element. */
struct slots {
    struct der_element **slots[SLOTS_COUNT];
    size_t n;
};

static const struct bytes values[] = {
    {.data = (const uint8_t *)"", .len = 0},
    {.data = (const uint8_t *)"\0", .len = 1},
    {.data = (const uint8_t *)"\1", .len = 1},
    {.data = (const uint8_t *)"\xff", .len = 1},
    {.data = (const uint8_t *)"\0\0", .len = 2},
    {.data = (const uint8_t *)"\x7f", .len = 1},
    {.data = (const uint8_t *)"\x80", .len = 1},
    {.data = (const uint8_t *)"\5\xa0", .len = 2},
    {.data = (const uint8_t *)"\1\6", .len = 2},
    {.data = (const uint8_t *)MUTANT_HOST, .len = sizeof(MUTANT_HOST) - 1},
    {.data = (const uint8_t *)"*.example.com", .len = 13},
    {.data = (const uint8_t *)".example.com", .len = 12},
    {.data = (const uint8_t *)".", .len = 1},
    {.data = (const uint8_t *)"\xc0\0\2\1", .len = 4},
    {.data = (const uint8_t *)"\xc0\0\2\0\xff\xff\xff\0", .len = 8},
    {.data = (const uint8_t *)"\xff\xff\xff\xff\xff\xff\xff\xff\xff", .len = 9},
    {.data = (const uint8_t *)"jo@example.com", .len = 14},
    {.data = (const uint8_t *)"\x55\x1d\x20\0", .len = 4},
    {.data = (const uint8_t *)"\x55\x1d\x25\0", .len = 4},
    {.data = (const uint8_t *)"\x2b\6\1\5\5\7\3\1", .len = 8},
    {.data = (const uint8_t *)"\x2b\6\1\5\5\7\3\3", .len = 8},
};

static const char *const times[] = {
    "260101000000Z",   "260531235959Z",     "260601000000Z",   "260601000001Z",
    "300101000000Z",   "491231235959Z",     "500101000000Z",   "2606010000Z",
    "260601000000",    "260601000000+0100", "20260531235959Z", "20260601000001Z",
    "20500101000000Z", "99991231235959Z",   "19500101000000Z", "20260601000000.5Z",
};

static const uint8_t tags[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13,
                               0x14, 0x16, 0x17, 0x18, 0x1e, 0x30, 0x31, 0x80,
                               0x81, 0x82, 0x86, 0x87, 0xa0, 0xa1, 0xa2, 0xa3};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

unsigned mutant_below(struct mutant_random *random, unsigned n)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return (unsigned)((random->state * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % n;
}

static void collect(struct slots *slots, struct der_element *parent)
{
    for (struct der_element **slot = &parent->first; *slot; slot = &(*slot)->next) {
        if (slots->n == SLOTS_COUNT)
            return;
        slots->slots[slots->n++] = slot;
        if ((*slot)->is_constructed)
            collect(slots, *slot);
    }
}

/* --- changes of any element --- */

static void put(struct der_element **slot, struct der_element *element)
{
    if (!element)
        return;
    element->next = *slot;
    *slot = element;
}

static void give_value(struct der_tree *tree, struct der_element *element,
                       struct mutant_random *random)
{
    if (element->tag == TAG_UTC_TIME || element->tag == TAG_TIME) {
        const char *time = times[mutant_below(random, COUNT(times))];

        der_tree_set(tree, element, time, strlen(time));
        element->tag = strlen(time) >= 15 && mutant_below(random, 8) ? TAG_TIME : TAG_UTC_TIME;
    } else {
        struct bytes value = values[mutant_below(random, COUNT(values))];

        der_tree_set(tree, element, value.data, value.len);
    }
}

static void give_tag(struct der_element *element, struct mutant_random *random)
{
    static const uint8_t bits[] = {0x20, 0x01, 0x80, 0x02};

    if (mutant_below(random, 2))
        element->tag ^= bits[mutant_below(random, COUNT(bits))];
    else
        element->tag = tags[mutant_below(random, COUNT(tags))];
}

/* Flips a bit, inserts an octet at the beginning or the end, or removes the last octet. */
static void edit_octets(struct der_tree *tree, struct der_element *element,
                        struct mutant_random *random)
{
    uint8_t text[512];
    size_t len = element->octets.len;

    if (element->is_constructed || len == 0 || len > sizeof(text) - 2)
        return;
    memcpy(text + 1, element->octets.data, len);
    text[0] = mutant_below(random, 2) ? 0 : 0xff;
    text[len + 1] = text[0];
    switch (mutant_below(random, 5)) {
    case 0:
        der_tree_set(tree, element, text, len + 1);
        break;
    case 1:
        der_tree_set(tree, element, text + 1, len + 1);
        break;
    case 2:
        der_tree_set(tree, element, text + 1, len - 1);
        break;
    default:
        text[1 + mutant_below(random, (unsigned)len)] ^= (uint8_t)(1 << mutant_below(random, 8));
        der_tree_set(tree, element, text + 1, len);
    }
}

static void swap_with_next(struct der_element **slot)
{
    struct der_element *element = *slot, *next = element->next;

    if (!next)
        return;
    element->next = next->next;
    next->next = element;
    *slot = next;
}

static void replace(struct der_element **slot, struct der_element *other)
{
    if (!other)
        return;
    other->next = (*slot)->next;
    *slot = other;
}

static void insert(struct der_tree *tree, struct der_element *parent, struct mutant_random *random)
{
    struct bytes value = values[mutant_below(random, COUNT(values))];
    struct der_element **slot = &parent->first;

    if (!parent->is_constructed)
        return;
    while (*slot && mutant_below(random, 3))
        slot = &(*slot)->next;
    put(slot, der_tree_make(tree, tags[mutant_below(random, COUNT(tags))], value.data, value.len));
}

/* --- changes of extensions --- */

static struct der_element *find_extensions(struct der_element *certificate)
{
    for (struct der_element *one = certificate->first; one; one = one->next) {
        if (one->tag == TAG_EXTENSIONS && one->is_constructed && one->first &&
            one->first->is_constructed)
            return one->first;
    }
    return NULL;
}

static struct der_element **pick_extension(struct der_element *certificate,
                                           struct mutant_random *random)
{
    struct der_element *extensions = find_extensions(certificate), **slot;

    if (!extensions)
        return NULL;
    slot = &extensions->first;
    while (*slot && (*slot)->next && mutant_below(random, 5))
        slot = &(*slot)->next;
    return slot;
}

static void toggle_critical(struct der_tree *tree, struct der_element *extension)
{
    struct der_element *oid = extension->first;

    if (!extension->is_constructed || !oid || oid->tag != TAG_OID)
        return;
    if (oid->next && oid->next->tag == TAG_BOOLEAN)
        oid->next = oid->next->next;
    else
        put(&oid->next, der_tree_make(tree, TAG_BOOLEAN, "\xff", 1));
}

static bool is_same_kind(const struct der_element *a, const struct der_element *b)
{
    return a->is_constructed && b->is_constructed && a->first && b->first &&
           a->first->tag == TAG_OID && bytes_equal(a->first->octets, b->first->octets);
}

/*
 * Puts one of the family's extensions into the certificate, mostly instead of one of the same kind.
 */
static void give_extension(struct der_tree *tree, struct der_element *certificate,
                           const struct mutant_family *family, struct mutant_random *random)
{
    struct bytes der = family->extensions[mutant_below(random, (unsigned)family->n_extensions)];
    struct der_element *extensions = find_extensions(certificate);
    struct der_element *extension = der_tree_read(tree, der), **slot;

    if (!extensions || !extension)
        return;
    if (mutant_below(random, 4) == 0)
        toggle_critical(tree, extension);
    for (slot = &extensions->first; *slot; slot = &(*slot)->next) {
        if (is_same_kind(*slot, extension) && mutant_below(random, 8)) {
            replace(slot, extension);
            return;
        }
    }
    put(slot, extension);
}

/* --- all changes --- */

static const char *change_element(struct der_tree *tree, struct slots *slots,
                                  struct mutant_random *random)
{
    struct der_element **slot = slots->slots[mutant_below(random, (unsigned)slots->n)];
    struct der_element *element = *slot;

    switch (mutant_below(random, 11)) {
    case 0:
        give_tag(element, random);
        return "tag";
    case 1:
    case 2:
        give_value(tree, element, random);
        return "value";
    case 3:
        put(slots->slots[mutant_below(random, (unsigned)slots->n)], der_tree_copy(tree, element));
        return "copy";
    case 4:
        put(&element->next, der_tree_copy(tree, element));
        return "double";
    case 5:
        *slot = element->next;
        return "drop";
    case 6:
        swap_with_next(slot);
        return "swap";
    case 7:
        element->form = (enum der_form)(1 + mutant_below(random, DER_FORMS_COUNT - 1));
        return "form";
    case 8:
        edit_octets(tree, element, random);
        return "octets";
    case 9:
        replace(slot, der_tree_copy(tree, *slots->slots[mutant_below(random, (unsigned)slots->n)]));
        return "splice";
    default:
        insert(tree, element, random);
        return "insert";
    }
}

const char *mutant_change(struct der_tree *tree, struct der_element *certificate,
                          const struct mutant_family *family, struct mutant_random *random)
{
    struct slots slots = {.n = 0};
    struct der_element **extension;

    switch (mutant_below(random, 8)) {
    case 0:
    case 1:
    case 2:
        give_extension(tree, certificate, family, random);
        return "extension";
    case 3:
        extension = pick_extension(certificate, random);
        if (extension && *extension)
            *extension = (*extension)->next;
        return "no-extension";
    case 4:
        extension = pick_extension(certificate, random);
        if (extension && *extension)
            toggle_critical(tree, *extension);
        return "critical";
    default:
        collect(&slots, certificate);
        return slots.n ? change_element(tree, &slots, random) : "nothing";
    }
}
