/* SPDX-License-Identifier: MIT */
#include "tests/conformance/der_tree.h"

#include <string.h>

#define TAG_OCTET_STRING 0x04
#define TAG_CONSTRUCTED  0x20

void der_tree_init(struct der_tree *tree)
{
    tree->n_elements = 0;
    tree->n_octets = 0;
}

static struct der_element *take_element(struct der_tree *tree)
{
    struct der_element *element;

    if (tree->n_elements == DER_TREE_ELEMENTS)
        return NULL;
    element = &tree->elements[tree->n_elements++];
    *element = (struct der_element){0};
    return element;
}

void der_tree_set(struct der_tree *tree, struct der_element *element, const void *octets,
                  size_t len)
{
    uint8_t *copy = tree->octets + tree->n_octets;

    if (len > DER_TREE_OCTETS - tree->n_octets)
        return;
    if (len > 0)
        memcpy(copy, octets, len);
    tree->n_octets += len;
    element->is_constructed = false;
    element->first = NULL;
    element->octets = (struct bytes){.data = copy, .len = len};
}

struct der_element *der_tree_make(struct der_tree *tree, uint8_t tag, const void *octets,
                                  size_t len)
{
    struct der_element *element = take_element(tree);

    if (!element)
        return NULL;
    element->tag = tag;
    der_tree_set(tree, element, octets, len);
    return element;
}

/* --- reading --- */

/*
 * Removes the first element from *der. Returns false if there is none, or if it is not DER with a
 * length of at most two octets.
 */
static bool take(struct bytes *der, uint8_t *tagp, struct bytes *contentsp)
{
    size_t n_head = 2, len;

    if (der->len < 2 || (der->data[0] & 0x1f) == 0x1f)
        return false;
    len = der->data[1];
    if (len >= 0x80) {
        size_t n = len & 0x7f;

        if (n < 1 || n > 2 || der->len < 2 + n)
            return false;
        len = n == 1 ? der->data[2] : (size_t)der->data[2] << 8 | der->data[3];
        n_head += n;
    }
    if (len > der->len - n_head)
        return false;
    *tagp = der->data[0];
    *contentsp = (struct bytes){.data = der->data + n_head, .len = len};
    *der = (struct bytes){.data = der->data + n_head + len, .len = der->len - n_head - len};
    return true;
}

static struct der_element *read_all(struct der_tree *tree, struct bytes der, unsigned depth);

static struct der_element *read_one(struct der_tree *tree, uint8_t tag, struct bytes contents,
                                    unsigned depth)
{
    size_t n_elements = tree->n_elements, n_octets = tree->n_octets;
    struct der_element *element = der_tree_make(tree, tag, contents.data, contents.len);
    struct der_element *inner = NULL;

    if (!element || depth == DER_TREE_DEPTH || contents.len == 0)
        return element;
    if ((tag & TAG_CONSTRUCTED) || tag == TAG_OCTET_STRING) {
        tree->n_octets = n_octets;
        inner = read_all(tree, contents, depth + 1);
        if (!inner) {
            tree->n_elements = n_elements + 1;
            tree->n_octets = n_octets;
            der_tree_set(tree, element, contents.data, contents.len);
        }
    }
    if (inner) {
        element->is_constructed = true;
        element->first = inner;
    }
    return element;
}

static struct der_element *read_all(struct der_tree *tree, struct bytes der, unsigned depth)
{
    struct der_element *first = NULL, **nextp = &first;
    struct bytes contents;
    uint8_t tag;

    while (der.len > 0) {
        if (!take(&der, &tag, &contents))
            return NULL;
        *nextp = read_one(tree, tag, contents, depth);
        if (!*nextp)
            return NULL;
        nextp = &(*nextp)->next;
    }
    return first;
}

struct der_element *der_tree_read(struct der_tree *tree, struct bytes der)
{
    return read_all(tree, der, 0);
}

struct der_element *der_tree_copy(struct der_tree *tree, const struct der_element *element)
{
    struct der_element *copy = take_element(tree), **nextp;

    if (!copy)
        return NULL;
    *copy = *element;
    copy->next = NULL;
    nextp = &copy->first;
    for (const struct der_element *one = element->first; one; one = one->next) {
        *nextp = der_tree_copy(tree, one);
        if (!*nextp)
            return NULL;
        nextp = &(*nextp)->next;
    }
    *nextp = NULL;
    return copy;
}

/* --- writing --- */

/*
 * Writes the head of an element in front of its contents, which have already been written at the
 * end of `out`. Returns the length of the whole element in octets.
 */
static size_t wrap(const struct der_element *element, uint8_t *out, size_t size, size_t len)
{
    uint8_t head[8] = {element->tag};
    size_t n_head = 2, n_tail = 0;

    if (element->form == DER_FORM_INDEFINITE) {
        head[1] = 0x80;
        n_tail = 2;
    } else if (element->form == DER_FORM_LONG || len > 0xff) {
        bool is_long = element->form == DER_FORM_LONG;

        head[1] = is_long ? 0x83 : 0x82;
        head[2] = is_long ? 0 : (uint8_t)(len >> 8);
        head[3] = is_long ? (uint8_t)(len >> 8) : (uint8_t)len;
        head[4] = (uint8_t)len;
        n_head = is_long ? 5 : 4;
    } else if (len >= 0x80) {
        head[1] = 0x81;
        head[2] = (uint8_t)len;
        n_head = 3;
    } else {
        head[1] = (uint8_t)len;
    }
    if (len > 0xffff || len + n_head + n_tail > size)
        return 0;
    memmove(out + n_head, out, len);
    memcpy(out, head, n_head);
    memset(out + n_head + len, 0, n_tail);
    return n_head + len + n_tail;
}

size_t der_tree_write(const struct der_element *first, uint8_t *out, size_t size)
{
    size_t n = 0;

    for (const struct der_element *one = first; one; one = one->next) {
        size_t len = one->octets.len, n_one;

        if (one->is_constructed) {
            len = der_tree_write(one->first, out + n, size - n);
            if (len == 0 && one->first)
                return 0;
        } else if (len > size - n) {
            return 0;
        } else if (len > 0) {
            memcpy(out + n, one->octets.data, len);
        }
        n_one = wrap(one, out + n, size - n, len);
        if (n_one == 0)
            return 0;
        n += n_one;
    }
    return n;
}
