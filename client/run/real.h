/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Finds the functions that this library replaces. A library that the program loaded itself with
 * dlopen(), as Python loads libssl, is not searched by RTLD_NEXT. Therefore a function is looked up
 * first in the calling object and in the libraries that this object is linked with.
 */

#include <stdbool.h>

/*
 * Returns the function `name` that the object containing the address `caller` would find if this
 * library were not loaded; NULL if there is none.
 */
void *real_find(const void *caller, const char *name);

/* Returns the load address of the object that contains an address; NULL if there is none. */
const void *real_object(const void *address);

/*
 * Returns whether two addresses lie in one object. If caller and function do, the call is an
 * internal one of that library.
 */
bool real_is_same_object(const void *one, const void *other);
