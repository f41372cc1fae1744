/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/file.h"
#include "daemon/x509/parse/path_limits.h"
#include "daemon/x509/parse/pem.h"

/* The state of one load. */
struct load {
    struct store *store;
    struct store_error *error;
    bool is_system;                    /* leave out certificates that no path can use */
    const char *path;                  /* the file that is being read */
    size_t n_found;                    /* the number of certificates found in the file */
    struct store_error first_left_out; /* the first block that was left out, and why */
};

static int fail(struct load *load, int r, const char *what)
{
    snprintf(load->error->text, sizeof(load->error->text), "%s: %s", load->path, what);
    return r;
}

static int fail_errno(struct load *load)
{
    int r = -errno;

    return fail(load, r, strerror(-r));
}

static int fail_at(struct load *load, int r, size_t line, const char *what)
{
    snprintf(load->error->text, sizeof(load->error->text), "%s:%zu: %s", load->path, line, what);
    return r;
}

static int read_file(struct load *load, int directory, const char *name, struct file_text *text)
{
    int r = file_read(text, directory, name, STORE_FILE_BYTES);

    if (r == FILE_IRREGULAR)
        return fail(load, -EINVAL, "not a file");
    if (r == FILE_TOO_LARGE)
        return fail(load, -EFBIG, "too large for a file of certificates");
    return r ? fail(load, r, strerror(-r)) : 0;
}

/* Counts a block that is left out, and keeps the reason of the first one for a warning. */
static void pass_over(struct load *load)
{
    store_leave_out(load->store);
    if (load->first_left_out.text[0] == '\0')
        load->first_left_out = *load->error;
    load->error->text[0] = '\0';
}

/*
 * Handles a block that cannot be used. In the system's store the block is left out; in any other
 * store the load fails. load->error has the reason.
 */
static int leave_out(struct load *load, int r)
{
    if (r != STORE_INVALID || !load->is_system)
        return r;
    pass_over(load);
    return 0;
}

static int add_certificate(struct load *load, const uint8_t *der, size_t len, size_t line)
{
    int fault = 0;
    int r = store_add(load->store, der, len, &fault);

    load->n_found++;
    if (r == STORE_INVALID) {
        snprintf(load->error->text, sizeof(load->error->text), "%s:%zu: this certificate %s",
                 load->path, line, outline_fault_text(fault));
        return leave_out(load, r);
    }
    if (r == STORE_FULL)
        fail_at(load, r, line, "too many anchors for one store");
    else if (r < 0)
        fail_at(load, r, line, strerror(-r));
    return r;
}

static int add_block(struct load *load, const struct pem_block *block, const uint8_t *der)
{
    static const char plain[] = "CERTIFICATE", old[] = "X509 CERTIFICATE",
                      trusted[] = "TRUSTED CERTIFICATE";

    if (pem_label_is(block, trusted, sizeof(trusted) - 1))
        return leave_out(load, fail_at(load, STORE_INVALID, block->line,
                                       "trust settings are not read: give a plain CERTIFICATE"));
    if (!pem_label_is(block, plain, sizeof(plain) - 1) &&
        !pem_label_is(block, old, sizeof(old) - 1))
        return 0;
    return add_certificate(load, der, block->len, block->line);
}

/*
 * Leaves out an indented block, in any store: other readers of PEM take it for text between blocks,
 * and it may be meant as that.
 */
static int leave_out_block(struct load *load, enum pem_next next, size_t line)
{
    int r = fail_at(load, STORE_INVALID, line, pem_problem(next));

    if (next != PEM_INDENTED)
        return leave_out(load, r);
    pass_over(load);
    return 0;
}

static int add_pem(struct load *load, const struct file_text *text)
{
    uint8_t *der = malloc(text->len);
    struct pem pem;
    struct pem_block block;
    enum pem_next next;
    int r = 0;

    if (!der)
        return fail(load, -ENOMEM, strerror(ENOMEM));
    pem_init(&pem, text->data, text->len);
    while (r == 0 && (next = pem_read(&pem, &block, der, text->len)) != PEM_END) {
        if (next == PEM_BLOCK) {
            r = add_block(load, &block, der);
            continue;
        }
        r = leave_out_block(load, next, block.line);
    }
    free(der);
    return r;
}

/*
 * Refuses a file in the format of p11-kit, which "trust dump" writes. Its certificates are in PEM,
 * but each is accompanied by whether it is trusted, and that would be lost.
 */
static int refuse_p11_kit(struct load *load, const struct file_text *text)
{
    static const char head[] = "[p11-kit-object-v1]";
    const uint8_t *at = text->len > 0 ? memmem(text->data, text->len, head, sizeof(head) - 1)
                                      : NULL;
    size_t line = 1;

    if (!at)
        return 0;
    for (const uint8_t *c = text->data; c < at; c++)
        line += *c == '\n';
    return fail_at(
        load, STORE_INVALID, line,
        "this is p11-kit's format ([p11-kit-object-v1]), whose trust settings would be lost: "
        "give certificates in PEM, as \"trust extract\" writes them");
}

static int load_file(struct load *load, int directory, const char *name)
{
    struct file_text text = {0};
    int r = read_file(load, directory, name, &text);

    load->n_found = 0;
    if (r == 0)
        r = refuse_p11_kit(load, &text);
    if (r == 0 && pem_is_text(text.data, text.len))
        r = add_pem(load, &text);
    else if (r == 0 && text.len > 0 && text.data[0] != DER_SEQUENCE)
        r = fail_at(load, STORE_INVALID, 1, "this is no certificate, neither in PEM nor in DER");
    else if (r == 0 && text.len > 0)
        r = add_certificate(load, text.data, text.len, 1);
    if (r == 0 && load->n_found == 0)
        r = fail(load, STORE_NOTHING, "no certificate in it");
    free(text.data);
    return r;
}

/* Returns whether a file in a directory is meant to hold a certificate. */
static bool is_certificate_name(const char *name)
{
    static const char *const endings[] = {".pem", ".crt", ".cer", ".der"};
    const char *dot = strrchr(name, '.');

    if (name[0] == '.' || !dot)
        return false;
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
        if (strcmp(dot, endings[i]) == 0)
            return true;
    }
    return dot[1] != '\0' && dot[1 + strspn(dot + 1, "0123456789")] == '\0';
}

static int load_entry(struct load *load, int fd, const char *name)
{
    const char *directory = load->path;
    char path[STORE_ERROR_BYTES];
    struct stat stat;
    int r = 0;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    load->path = path;
    if (fstatat(fd, name, &stat, 0) < 0)
        r = fail_errno(load);
    else if (!S_ISDIR(stat.st_mode))
        r = load_file(load, fd, name);
    load->path = directory;
    return r;
}

static int load_directory(struct load *load)
{
    struct dirent **entries = NULL;
    int fd = open(load->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int n = fd < 0 ? -1 : scandirat(fd, ".", &entries, NULL, alphasort);
    int r = n < 0 ? fail_errno(load) : 0;
    size_t n_files = 0;

    for (int i = 0; i < n; i++) {
        if (r == 0 && is_certificate_name(entries[i]->d_name)) {
            n_files++;
            r = load_entry(load, fd, entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
    if (fd >= 0)
        close(fd);
    if (r == 0 && n_files == 0)
        r = fail(load, STORE_NOTHING, "no file of certificates in it");
    return r;
}

static int load_path(struct load *load)
{
    struct stat path;

    *load->error = (struct store_error){0};
    if (stat(load->path, &path) < 0)
        return fail_errno(load);
    return S_ISDIR(path.st_mode) ? load_directory(load) : load_file(load, AT_FDCWD, load->path);
}

int store_load(struct store *store, const char *path, struct store_error *error)
{
    struct load load = {.store = store, .error = error, .path = path};
    int r = load_path(&load);

    if (r == 0)
        *error = load.first_left_out;
    return r;
}

const char *store_find_system(void)
{
    /* The files of Debian, Fedora and RHEL (new and old), SUSE, Alpine and BSD, then directories.
     */
    static const char *const places[] = {
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
        "/etc/ssl/certs",
        "/etc/pki/tls/certs",
    };

    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        if (access(places[i], F_OK) == 0)
            return places[i];
    }
    return NULL;
}

int store_load_system(struct store *store, const char *path, struct store_error *error)
{
    struct load load = {
        .store = store,
        .error = error,
        .is_system = true,
        .path = path,
    };
    int r;

    if (load.path) {
        r = load_path(&load);
        if (r == 0)
            *error = load.first_left_out;
        return r;
    }
    load.path = "the system's trust store";
    return fail(&load, -ENOENT, "in none of the usual places");
}
