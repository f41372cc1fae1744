/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A sorted set of keys (name_key.h), which can be asked whether one of its keys is a prefix of
 * another key. Only for the files of daemon/x509/path.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "daemon/x509/path/name_key.h"

/* A zero-initialised set is empty and sealed. */
struct name_key_set {
    struct name_key octets; /* all keys, one after the other */
    struct bytes *keys;     /* the place of each key in `octets`; valid once the set is sealed */
    size_t n;
    size_t n_room; /* the number of keys that `keys` has room for */
};

/* Copies a key into the set. Returns 0 or -ENOMEM. */
int name_key_set_add(struct name_key_set *set, const struct name_key *key);

/*
 * Sorts the set, and drops each key that has another key as a prefix. Afterwards the set can be
 * asked, and nothing may be added.
 */
void name_key_set_seal(struct name_key_set *set);

/* Returns whether a key of the sealed set is a prefix of `key`. */
bool name_key_set_covers(const struct name_key_set *set, const struct name_key *key);

void name_key_set_deinit(struct name_key_set *set);
