/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * DER as a tree of elements that can be changed and written again, right or wrong. All elements and
 * octets of a tree are in one fixed pool; where the pool is full, a change does nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define DER_TREE_ELEMENTS 2048
#define DER_TREE_OCTETS   32768
/* How deep elements are looked into. */
#define DER_TREE_DEPTH 24

/* How the length of an element is written. */
enum der_form {
    DER_FORM_SHORTEST,   /* DER */
    DER_FORM_LONG,       /* with a zero in front: BER */
    DER_FORM_INDEFINITE, /* until two zeros: BER */
    DER_FORMS_COUNT,
};

/* An element has either octets or elements in it. */
struct der_element {
    uint8_t tag;
    enum der_form form;
    bool is_constructed; /* elements are in it; an OCTET STRING that wraps DER counts */
    struct bytes octets;
    struct der_element *first;
    struct der_element *next;
};

struct der_tree {
    struct der_element elements[DER_TREE_ELEMENTS];
    size_t n_elements;
    uint8_t octets[DER_TREE_OCTETS];
    size_t n_octets;
};

void der_tree_init(struct der_tree *tree);

/* Reads the elements that `der` holds, one behind another, and returns the first of them; NULL
 * where it is not DER or the pool is full. The octets are copied. */
struct der_element *der_tree_read(struct der_tree *tree, struct bytes der);

/* Makes an element with these octets; NULL where the pool is full. */
struct der_element *der_tree_make(struct der_tree *tree, uint8_t tag, const void *octets,
                                  size_t len);

/* Copies an element with all that is in it, without those that follow it; NULL where the pool is
 * full. */
struct der_element *der_tree_copy(struct der_tree *tree, const struct der_element *element);

/* Gives a primitive element other octets. They are copied; nothing happens where the pool is full.
 */
void der_tree_set(struct der_tree *tree, struct der_element *element, const void *octets,
                  size_t len);

/* Writes an element and those that follow it. Returns how many octets they are, or 0 where they are
 * more than `size`. */
size_t der_tree_write(const struct der_element *first, uint8_t *out, size_t size);
