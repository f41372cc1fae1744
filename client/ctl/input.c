/* SPDX-License-Identifier: MIT */
#include "client/ctl/input.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/ctl/request.h"
#include "client/ctl/text.h"

/*
 * 64 certificates of 16 KiB in PEM are more than a request can hold, and this holds more than
 * those.
 */
#define FILE_BYTES_MAX 1048576

/* --- reading --- */

static int read_all(int fd, uint8_t *data, size_t *np, const char *path)
{
    *np = 0;
    for (;;) {
        ssize_t n = read(fd, data + *np, FILE_BYTES_MAX + 1 - *np);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            text_complain("%s: %s", path, strerror(errno));
            return -1;
        }
        if (n == 0)
            return 0;
        *np += (size_t)n;
        if (*np > FILE_BYTES_MAX) {
            text_complain("%s: larger than %d bytes, which no certificate file needs", path,
                          FILE_BYTES_MAX);
            return -1;
        }
    }
}

static int read_file(const char *path, uint8_t *data, size_t *np)
{
    int fd;
    int r;

    if (strcmp(path, "-") == 0)
        return read_all(STDIN_FILENO, data, np, "standard input");
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        text_complain("%s: %s", path, strerror(errno));
        return -1;
    }
    r = read_all(fd, data, np, path);
    (void)close(fd);
    return r;
}

/* --- certificates --- */

static int add(struct certname_question *question, const uint8_t *der, size_t len, const char *path)
{
    int r = certname_question_add_certificate(question, der, len);

    if (r)
        text_complain("%s: %s", path, request_certificate_error(r));
    return r ? -1 : 0;
}

/* 1 if the block was a certificate, 0 if it is something else, or -1. */
static int add_block(struct certname_question *question, const char *name, const uint8_t *der,
                     size_t len, const char *path)
{
    if (strcmp(name, PEM_STRING_X509_TRUSTED) == 0) {
        text_complain("%s: a TRUSTED CERTIFICATE carries more than a certificate: convert it with "
                      "`openssl x509`",
                      path);
        return -1;
    }
    if (strcmp(name, PEM_STRING_X509) != 0 && strcmp(name, PEM_STRING_X509_OLD) != 0)
        return 0;
    return add(question, der, len, path) ? -1 : 1;
}

/* Whether the last PEM call failed because there is no other block. */
static bool is_end(const char *path)
{
    unsigned long error = ERR_peek_last_error();

    if (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE)
        return true;
    text_complain("%s: damaged PEM (%s)", path,
                  error ? ERR_reason_error_string(error) : "unknown reason");
    return false;
}

/* How many certificates were added, or -1. */
static int add_pem(struct certname_question *question, BIO *bio, const char *path)
{
    int n_added = 0;

    for (;;) {
        unsigned char *der = NULL;
        char *name = NULL;
        char *header = NULL;
        long len = 0;
        int r;

        ERR_clear_error();
        if (PEM_read_bio(bio, &name, &header, &der, &len) != 1)
            return is_end(path) ? n_added : -1;
        r = add_block(question, name, der, (size_t)len, path);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
        if (r < 0)
            return -1;
        n_added += r;
    }
}

/*
 * A SEQUENCE with a length in the long form, as every certificate is; no text starts so. What a DER
 * file holds further on is never looked into, whatever it looks like.
 */
static bool is_der(const uint8_t *data, size_t n)
{
    return n >= 2 && data[0] == 0x30 && data[1] > 0x80;
}

static int add_content(struct certname_question *question, const uint8_t *data, size_t n,
                       const char *path)
{
    BIO *bio;
    int r;

    if (is_der(data, n))
        return add(question, data, n, path);
    bio = BIO_new_mem_buf(data, (int)n);
    if (!bio) {
        text_complain("%s: no memory", path);
        return -1;
    }
    r = add_pem(question, bio, path);
    (void)BIO_free(bio);
    if (r == 0)
        text_complain("%s: holds no certificate, neither in PEM nor in DER", path);
    return r > 0 ? 0 : -1;
}

int input_add_file(struct certname_question *question, const char *path)
{
    uint8_t *data = malloc(FILE_BYTES_MAX + 1);
    size_t n;
    int r;

    if (!data) {
        text_complain("%s: no memory", path);
        return -1;
    }
    r = read_file(path, data, &n);
    if (!r)
        r = add_content(question, data, n, strcmp(path, "-") == 0 ? "standard input" : path);
    free(data);
    return r;
}
