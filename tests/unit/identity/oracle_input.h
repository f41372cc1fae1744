/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Makes random certificates and hosts, most of them odd: stars, dots, hyphens, xn--, case, NUL,
 * bytes beyond ASCII, text that looks like an address, several common names in several string
 * types. A host is often a slightly changed name of the certificate, because otherwise hardly
 * anything would match.
 */

#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#define INPUT_NAMES_MAX 10
#define INPUT_BYTES_MAX 640

/* The state of the random number generator. */
struct input {
    uint64_t state;
};

struct input_text {
    uint8_t data[INPUT_BYTES_MAX];
    size_t len;
};

struct input_certificate {
    X509 *x509;
    struct input_text names[INPUT_NAMES_MAX]; /* texts of its names, from which hosts are made */
    size_t n_names;
};

/*
 * Seeds the generator and prints the seed. It is CERTNAMED_SEED, or the clock if that is "random";
 * without CERTNAMED_SEED it is the same in every run.
 */
void input_start(struct input *input);

/* Returns a random number from 0 to n - 1. */
uint32_t input_below(struct input *input, uint32_t n);

/* Makes a certificate signed with `key`. The caller calls input_certificate_deinit afterwards. */
void input_certificate_init(struct input_certificate *certificate, struct input *input,
                            EVP_PKEY *key);

void input_certificate_deinit(struct input_certificate *certificate);

/* Makes a host to compare with the certificate. */
void input_host(struct input *input, const struct input_certificate *certificate,
                struct input_text *host);

/*
 * Returns `text` with every byte that is not printable ASCII written as \xNN, in one of a few
 * static buffers.
 */
const char *input_show(const uint8_t *text, size_t len);
