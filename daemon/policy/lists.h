/* SPDX-License-Identifier: MIT */
#pragma once

/* Lists of texts and of networks, which a policy holds and nobody changes. */

#include <stddef.h>
#include <stdint.h>

/* A list of texts in the order of the configuration, each with a NUL. */
struct policy_texts {
    const char *const *texts;
    size_t n_texts;
};

struct policy_network {
    uint8_t address[16];
    size_t address_len; /* 4 or 16 */
    unsigned n_bits;    /* of the prefix; what is beyond them is zero */
};

struct policy_networks {
    const struct policy_network *networks;
    size_t n_networks;
};
