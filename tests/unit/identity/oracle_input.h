/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Certificates and hosts at random, most of them odd: stars, dots, hyphens, xn--, case, NUL, bytes
 * beyond ASCII, what looks like an address, several common names in several string types. A host is
 * often made from a name that the certificate presents, and from there led a little astray: else
 * nothing would ever match.
 */

#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#define INPUT_NAMES_MAX 10
#define INPUT_BYTES_MAX 640

/* Where a sequence of inputs stands. */
struct input {
    uint64_t state;
};

struct input_text {
    uint8_t data[INPUT_BYTES_MAX];
    size_t len;
};

struct input_certificate {
    X509 *x509;
    struct input_text names[INPUT_NAMES_MAX]; /* what hosts may be made from */
    size_t n_names;
};

/* Begins a sequence: with CERTNAMED_SEED, or what the clock says where that is "random", or always
 * the same. Prints it.
 */
void input_start(struct input *input);

/* A number from 0 to n - 1. */
uint32_t input_below(struct input *input, uint32_t n);

/* Makes a certificate, signed with `key`. input_certificate_deinit is due. */
void input_certificate_init(struct input_certificate *certificate, struct input *input,
                            EVP_PKEY *key);

void input_certificate_deinit(struct input_certificate *certificate);

/* A host to ask the certificate for. */
void input_host(struct input *input, const struct input_certificate *certificate,
                struct input_text *host);

/* `text` with all but printable ASCII as \xNN, in one of a few static buffers. */
const char *input_show(const uint8_t *text, size_t len);
