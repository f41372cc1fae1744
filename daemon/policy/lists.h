/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Lists of texts and of networks. The memory belongs to the policy, and nothing changes it after
 * loading.
 */

#include <stddef.h>
#include <stdint.h>

/* Strings, each ended by a NUL. */
struct policy_texts {
    const char *const *texts;
    size_t n_texts;
};

struct policy_network {
    uint8_t address[16];
    size_t address_len; /* 4 or 16 */
    unsigned n_bits;    /* the length of the prefix; the bits beyond it are zero */
};

struct policy_networks {
    const struct policy_network *networks;
    size_t n_networks;
};
