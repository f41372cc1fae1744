/* SPDX-License-Identifier: MIT */

/* Fills a set from a folder, for crlite_set.h. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/x509/crlite/crlite_index.h"
#include "daemon/x509/crlite/crlite_set.h"
#include "daemon/x509/parse/file.h"

#define INDEX_NAME "index.bin"

/*
 * How often the index is read if a filter that it names is missing. Whoever writes the folder
 * removes filters after it has replaced the index, so the next index names others.
 */
#define READINGS_COUNT 3

/* The state while a folder is loaded. */
struct crlite_load {
    const char *path;
    int folder;
    struct crlite_index index;
    char *problem;   /* CRLITE_PROBLEM_BYTES */
    bool is_missing; /* a filter that the index names does not exist */
};

static int fail(struct crlite_load *load, int r, const char *name, const char *what)
{
    snprintf(load->problem, CRLITE_PROBLEM_BYTES, "%.300s/%s: %s", load->path, name, what);
    return r;
}

static int read_text(struct crlite_load *load, const char *name, size_t max_bytes,
                     struct file_text *text)
{
    int r = file_read(text, load->folder, name, max_bytes);

    if (r == FILE_IRREGULAR)
        return fail(load, CRLITE_INVALID, name, "it is not a regular file");
    if (r == FILE_TOO_LARGE)
        return fail(load, CRLITE_INVALID, name, "it is over 64 MiB, or an index over 8 MiB");
    load->is_missing = r == -ENOENT;
    return r < 0 ? fail(load, r, name, strerror(-r)) : 0;
}

static int read_index(struct crlite_load *load)
{
    struct file_text text = {0};
    const char *why = NULL;
    int r = read_text(load, INDEX_NAME, CRLITE_INDEX_BYTES, &text);

    if (r == 0)
        r = crlite_index_read(&load->index, (struct bytes){.data = text.data, .len = text.len},
                              &why);
    free(text.data);
    load->is_missing = false;
    return why ? fail(load, r, INDEX_NAME, why) : r;
}

static int add_filter(struct crlite_load *load, struct crlite_set *set, const char *name)
{
    struct file_text text = {0};
    const char *why = NULL;
    int r = read_text(load, name, CRLITE_FILTER_BYTES, &text);

    if (r == 0)
        r = crlite_set_add(set, name, (struct bytes){.data = text.data, .len = text.len}, &why);
    free(text.data);
    return why ? fail(load, r, name, why) : r;
}

/* Reads the index and the filters that it names into a new set. */
static int load_once(struct crlite_load *load, struct crlite_set **setp)
{
    struct crlite_set *set = NULL;
    int r = read_index(load);

    if (r == 0)
        r = crlite_set_new(&set);
    for (size_t i = 0; r == 0 && i < load->index.n_names; i++)
        r = add_filter(load, set, load->index.names[i]);
    if (r)
        crlite_set_unref(set);
    else
        *setp = set;
    return r;
}

static int load_folder(struct crlite_load *load, struct crlite_set **setp)
{
    int r = -ENOENT;

    load->is_missing = true;
    for (int i = 0; i < READINGS_COUNT && load->is_missing; i++)
        r = load_once(load, setp);
    return r;
}

int crlite_set_load(struct crlite_set **setp, const char *path,
                    char problem[static CRLITE_PROBLEM_BYTES])
{
    struct crlite_load *load = calloc(1, sizeof(*load));
    int r;

    problem[0] = '\0';
    if (!load)
        return -ENOMEM;
    load->path = path;
    load->problem = problem;
    load->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    r = load->folder < 0 ? fail(load, -errno, "", strerror(errno)) : load_folder(load, setp);
    if (load->folder >= 0)
        close(load->folder);
    free(load);
    return r;
}
