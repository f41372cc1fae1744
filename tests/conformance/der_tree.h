/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A tree of DER elements that can be changed and written again, as correct or incorrect DER. All
 * elements and octets of a tree are in a pool of fixed size; if the pool is full, a change has no
 * effect.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define DER_TREE_ELEMENTS 2048
#define DER_TREE_OCTETS   32768
/* The depth to which elements are parsed. */
#define DER_TREE_DEPTH 24

/* The form in which the length of an element is written. */
enum der_form {
    DER_FORM_SHORTEST,   /* the DER form */
    DER_FORM_LONG,       /* with an additional zero octet in front, which is BER but not DER */
    DER_FORM_INDEFINITE, /* the indefinite length, ended by two zero octets, which is BER but not
                            DER */
    DER_FORMS_COUNT,
};

/* An element, which contains either octets or other elements. */
struct der_element {
    uint8_t tag;
    enum der_form form;
    bool is_constructed; /* the element contains elements; true also for an OCTET STRING that wraps
                            DER */
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

/*
 * Parses the elements that follow one another in `der`, and returns the first of them; NULL if they
 * are not DER or the pool is full. The octets are copied.
 */
struct der_element *der_tree_read(struct der_tree *tree, struct bytes der);

/* Makes an element with these octets; NULL if the pool is full. */
struct der_element *der_tree_make(struct der_tree *tree, uint8_t tag, const void *octets,
                                  size_t len);

/*
 * Copies an element with everything in it, but not the elements that follow it; NULL if the pool is
 * full.
 */
struct der_element *der_tree_copy(struct der_tree *tree, const struct der_element *element);

/*
 * Replaces the octets of a primitive element by copies of these octets. Does nothing if the pool is
 * full.
 */
void der_tree_set(struct der_tree *tree, struct der_element *element, const void *octets,
                  size_t len);

/*
 * Writes an element and those that follow it. Returns the number of octets; 0 if they are more than
 * `size`.
 */
size_t der_tree_write(const struct der_element *first, uint8_t *out, size_t size);
