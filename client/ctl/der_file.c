/* SPDX-License-Identifier: MIT */
#include "client/ctl/der_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/ctl/der_kind.h"
#include "client/ctl/text.h"

/* A longer file is refused, because a question's frame holds at most 192 KiB. */
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
            text_complain(
                "%s: the file is larger than %d bytes, which is more than a question can hold",
                path, FILE_BYTES_MAX);
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

/* --- blocks --- */

/*
 * Returns whether the last PEM call failed only because the file has no further block. After any
 * other failure it prints the reason.
 */
static bool is_end_of_pem(const char *path)
{
    unsigned long error = ERR_peek_last_error();

    if (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE)
        return true;
    text_complain("%s: the PEM is damaged (%s)", path,
                  error ? ERR_reason_error_string(error) : "unknown reason");
    return false;
}

static int take_blocks(BIO *bio, const char *path, der_file_fn take, void *context)
{
    int n_taken = 0;

    for (;;) {
        unsigned char *der = NULL;
        char *label = NULL;
        char *header = NULL;
        long len = 0;
        int r;

        ERR_clear_error();
        if (PEM_read_bio(bio, &label, &header, &der, &len) != 1)
            return is_end_of_pem(path) ? n_taken : -1;
        r = take(context, &(struct der_block){path, label, header, der, (size_t)len});
        OPENSSL_free(label);
        OPENSSL_free(header);
        OPENSSL_clear_free(der, (size_t)len);
        if (r < 0)
            return -1;
        n_taken += r;
    }
}

/*
 * Recognises DER whose first element has a length of 128 bytes or more, as every certificate, every
 * CRL and most keys have. No text begins with these two bytes, so that such a file is DER even if
 * PEM blocks appear further on in it.
 */
static bool is_der(const uint8_t *data, size_t n)
{
    return n >= 2 && data[0] == 0x30 && data[1] > 0x80;
}

/*
 * Recognises the DER of short keys (Ed25519, P-256), whose length is given in one byte. That length
 * must equal the rest of the file, and a NUL must occur in the file, which text does not contain.
 */
static bool is_short_der(const uint8_t *data, size_t n)
{
    return n >= 2 && data[0] == 0x30 && (size_t)data[1] + 2 == n && data[1] < 0x80 &&
           memchr(data, '\0', n) != NULL;
}

static int take_contents(const uint8_t *data, size_t n, const char *path, der_file_fn take,
                         void *context)
{
    BIO *bio;
    int r;

    if (is_der(data, n) || is_short_der(data, n))
        return take(context, &(struct der_block){path, NULL, "", data, n});
    bio = BIO_new_mem_buf(data, (int)n);
    if (!bio) {
        text_complain("%s: no memory", path);
        return -1;
    }
    r = take_blocks(bio, path, take, context);
    (void)BIO_free(bio);
    return r;
}

static int take_file(const char *path, bool whole, der_file_fn take, void *context)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    uint8_t *data = malloc(FILE_BYTES_MAX + 1);
    size_t n = 0;
    int r;

    if (!data) {
        text_complain("%s: no memory", name);
        return -1;
    }
    r = read_file(path, data, &n);
    if (!r && whole)
        r = take(context, &(struct der_block){name, NULL, "", data, n});
    else if (!r)
        r = take_contents(data, n, name, take, context);
    /* The file may hold a private key, so its contents are wiped. */
    OPENSSL_cleanse(data, n);
    free(data);
    return r;
}

int der_file_each(const char *path, der_file_fn take, void *context)
{
    return take_file(path, false, take, context);
}

/* --- adding to a question --- */

struct attach_target {
    struct certname_question *question;
    enum attachment_kind kind;
    char other[64]; /* the label of the last block of another kind, for the message; "" if there was
                       none */
};

static bool is_label_for(enum attachment_kind kind, const char *label)
{
    if (kind == ATTACHMENT_CRL)
        return strcmp(label, PEM_STRING_X509_CRL) == 0;
    return strcmp(label, PEM_STRING_X509) == 0 || strcmp(label, PEM_STRING_X509_OLD) == 0;
}

/*
 * Adds an object to the question, unless der_kind_unfit() recognises it as something that must not
 * be sent. Returns 0; or prints the reason and returns -1.
 */
static int add_object(const struct attach_target *target, const struct der_block *block)
{
    const char *unfit = der_kind_unfit(block->der, block->len);
    int r;

    if (unfit) {
        text_complain("%s: this is %s and no %s: it is not sent", block->path, unfit,
                      attachment_name(target->kind));
        return -1;
    }
    r = attachment_add(target->question, target->kind, block->der, block->len);
    if (r)
        text_complain("%s: %s", block->path, attachment_error(target->kind, r));
    return r ? -1 : 1;
}

static int add_block(void *context, const struct der_block *block)
{
    struct attach_target *target = context;

    if (block->label && strcmp(block->label, PEM_STRING_X509_TRUSTED) == 0 &&
        target->kind != ATTACHMENT_CRL) {
        text_complain("%s: a TRUSTED CERTIFICATE carries more than a certificate: convert it with "
                      "`openssl x509`",
                      block->path);
        return -1;
    }
    if (block->label && !is_label_for(target->kind, block->label)) {
        (void)snprintf(target->other, sizeof(target->other), "%s", block->label);
        return 0;
    }
    return add_object(target, block);
}

static void complain_of_nothing(const struct attach_target *target, const char *path)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;

    if (target->other[0] != '\0')
        text_complain("%s: the file holds no %s, but a block of PEM named \"%s\"", name,
                      attachment_name(target->kind), target->other);
    else
        text_complain("%s: the file holds no %s, neither in PEM nor in DER", name,
                      attachment_name(target->kind));
}

int der_file_attach(struct certname_question *question, enum attachment_kind kind, const char *path)
{
    struct attach_target target = {.question = question, .kind = kind};
    int r = take_file(path, kind == ATTACHMENT_OCSP, add_block, &target);

    if (r == 0)
        complain_of_nothing(&target, path);
    return r > 0 ? 0 : -1;
}
