/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/crl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/x509/parse/file.h"
#include "daemon/x509/parse/pem.h"
#include "daemon/x509/revocation/crl_set.h"
#include "daemon/x509/revocation/revocation_limits.h"

/*
 * The most bytes of a path in a message; the rest of CRL_PROBLEM_BYTES is for what is wrong with
 * it.
 */
#define PATH_SHOWN_BYTES 384

/* The state while one file is loaded. */
struct crl_load {
    struct crl_set *set;
    const char *path;
    const char *origin; /* the name of the file in messages; owned by the set */
    size_t n_found;
};

static int fail(struct crl_load *load, int r, size_t line, const char *what)
{
    char *problem = load->set->problem;

    if (line > 0)
        snprintf(problem, CRL_PROBLEM_BYTES, "%.*s:%zu: %s", PATH_SHOWN_BYTES, load->path, line,
                 what);
    else
        snprintf(problem, CRL_PROBLEM_BYTES, "%.*s: %s", PATH_SHOWN_BYTES, load->path, what);
    return r;
}

static int fail_errno(struct crl_load *load, int error)
{
    return fail(load, -error, 0, strerror(error));
}

static int read_file(struct crl_load *load, int directory, const char *name, struct file_text *text)
{
    int r = file_read(text, directory, name, CRL_FILE_BYTES);

    if (r == FILE_IRREGULAR)
        return fail(load, CRL_INVALID, 0, "it is neither a file nor a directory");
    if (r == FILE_TOO_LARGE)
        return fail(load, CRL_INVALID, 0, "it is over 16 MiB: use the issuer's partitioned CRLs");
    return r ? fail_errno(load, -r) : 0;
}

/*
 * Makes the name of the file for messages: the end of a long path, in which question marks replace
 * everything but printable ASCII.
 */
static int make_origin(struct crl_load *load)
{
    struct crl_set *set = load->set;
    size_t len = strlen(load->path);
    const char *shown = len < CRL_ORIGIN_BYTES ? load->path
                                               : load->path + len + 1 - CRL_ORIGIN_BYTES;
    char **origins = reallocarray(set->origins, set->n_origins + 1, sizeof(*origins));
    char *origin;

    if (!origins)
        return fail_errno(load, ENOMEM);
    set->origins = origins;
    origin = strdup(shown);
    if (!origin)
        return fail_errno(load, ENOMEM);
    for (char *c = origin; *c; c++) {
        if (*c < ' ' || *c > '~')
            *c = '?';
    }
    origins[set->n_origins++] = origin;
    load->origin = origin;
    return 0;
}

static int add(struct crl_load *load, const uint8_t *der, size_t len, size_t line)
{
    int r = crl_set_add(load->set, der, len, load->origin, CRL_FILE_BYTES, CRL_FILE_COUNT);

    load->n_found++;
    if (r == CRL_INVALID)
        return fail(load, r, line,
                    "this is not a CRL of version 1 or 2 with thisUpdate and nextUpdate, or there "
                    "are too many");
    return r ? fail_errno(load, -r) : 0;
}

static int add_pem(struct crl_load *load, const struct file_text *text)
{
    static const char label[] = "X509 CRL";
    uint8_t *der = malloc(text->len);
    struct pem_block block;
    enum pem_next next;
    struct pem pem;
    int r = 0;

    if (!der)
        return fail_errno(load, ENOMEM);
    pem_init(&pem, text->data, text->len);
    while (r == 0 && (next = pem_read(&pem, &block, der, text->len)) != PEM_END) {
        if (next != PEM_BLOCK)
            r = fail(load, CRL_INVALID, block.line, pem_problem(next));
        else if (pem_label_is(&block, label, sizeof(label) - 1))
            r = add(load, der, block.len, block.line);
    }
    free(der);
    return r;
}

static int load_file(struct crl_load *load, int directory, const char *name)
{
    struct file_text text = {0};
    int r = read_file(load, directory, name, &text);

    if (r == 0)
        r = make_origin(load);
    if (r == 0 && pem_is_text(text.data, text.len))
        r = add_pem(load, &text);
    else if (r == 0)
        r = add(load, text.data, text.len, 0);
    if (r == 0 && load->n_found == 0)
        r = fail(load, CRL_INVALID, 0, "there is no CRL in it");
    free(text.data);
    return r;
}

/*
 * Returns whether a file in a directory is meant to hold CRLs: its name ends in .crl, .pem or .der,
 * or in .r and a number, as the links that c_rehash makes.
 */
static bool is_crl_name(const char *name)
{
    static const char *const endings[] = {".crl", ".pem", ".der"};
    const char *dot = strrchr(name, '.');

    if (name[0] == '.' || !dot)
        return false;
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
        if (strcmp(dot, endings[i]) == 0)
            return true;
    }
    return dot[1] == 'r' && dot[2] != '\0' && dot[2 + strspn(dot + 2, "0123456789")] == '\0';
}

/*
 * Remembers that a file in a directory cannot be used. The other files are used all the same, since
 * one of them may revoke.
 */
static void leave_out(struct crl_set *set)
{
    if (set->n_left_out++ == 0)
        snprintf(set->left_out, sizeof(set->left_out), "%s", set->problem);
    set->problem[0] = '\0';
}

static int load_entry(struct crl_set *set, const char *directory, int fd, const char *name)
{
    char path[PATH_MAX];
    struct crl_load load = {.set = set, .path = path};
    struct stat stat;

    if (!is_crl_name(name))
        return 0;
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    if (fstatat(fd, name, &stat, 0) < 0)
        return fail_errno(&load, errno);
    return S_ISDIR(stat.st_mode) ? 0 : load_file(&load, fd, name);
}

/*
 * Loads the files of a directory in the order of their names, so that a directory always gives the
 * same set.
 */
static int load_directory(struct crl_load *load)
{
    struct dirent **entries = NULL;
    int fd = open(load->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int n = fd < 0 ? -1 : scandirat(fd, ".", &entries, NULL, alphasort);
    int r = n < 0 ? fail_errno(load, errno) : 0;

    for (int i = 0; i < n; i++) {
        if (r == 0)
            r = load_entry(load->set, load->path, fd, entries[i]->d_name);
        if (r != 0 && r != -ENOMEM) {
            leave_out(load->set);
            r = 0;
        }
        free(entries[i]);
    }
    free(entries);
    if (fd >= 0)
        close(fd);
    return r;
}

int crl_set_load_path(struct crl_set *set, const char *path)
{
    struct crl_load load = {.set = set, .path = path};
    struct stat stat_of_path;

    set->problem[0] = '\0';
    if (stat(path, &stat_of_path) < 0)
        return fail_errno(&load, errno);
    return S_ISDIR(stat_of_path.st_mode) ? load_directory(&load) : load_file(&load, AT_FDCWD, path);
}
