/* SPDX-License-Identifier: MIT */
#pragma once

/* A sorted set of name keys that is asked whether one of its keys is a prefix of another key: for
 * the files of daemon/x509/path alone. */

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "daemon/x509/path/name_key.h"

/* Zero-initialised it is empty and sealed. */
struct name_key_set {
    struct name_key octets; /* all keys, one behind the other */
    struct bytes *keys;     /* where each key lies in `octets`, once the set is sealed */
    size_t n;
    size_t n_room; /* keys that `keys` has room for */
};

/* Copies a key into the set, which has to be sealed before it is asked. 0 or -ENOMEM. */
int name_key_set_add(struct name_key_set *set, const struct name_key *key);

/* Sorts the set and drops each key that another one is a prefix of. Nothing may be added after. */
void name_key_set_seal(struct name_key_set *set);

/* Whether one key of the sealed set is a prefix of `key`. */
bool name_key_set_covers(const struct name_key_set *set, const struct name_key *key);

void name_key_set_deinit(struct name_key_set *set);
