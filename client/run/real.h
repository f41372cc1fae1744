/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Finds the functions whose place this library takes. A library that a program opened itself, as
 * Python does with libssl, is not among those that RTLD_NEXT searches, so that a function is looked
 * up first in the object that called, and in the libraries which that object is linked with.
 */

#include <stdbool.h>

/* Returns the function `name` as the object of the address `caller` would find it without this
 * library; NULL if there is none. */
void *real_find(const void *caller, const char *name);

/* Returns the address at which the object of an address is loaded; NULL if there is none. */
const void *real_object(const void *address);

/* Returns whether two addresses lie in the same object: a library's call of its own function. */
bool real_is_same_object(const void *one, const void *other);
