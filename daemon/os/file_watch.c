/* SPDX-License-Identifier: MIT */
#include "daemon/os/file_watch.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>

/*
 * The values that stat(2) reports of a file. The time of the last change of the inode (`changed`)
 * is compared besides that of the last write, which a program can set as it likes.
 */
struct stamp {
    bool exists;
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec written, changed;
};

struct watched {
    SLIST_ENTRY(watched) in_watch;
    struct stamp stamp;
    char path[];
};

SLIST_HEAD(watched_list, watched);

struct file_watch {
    struct watched_list paths;
};

static struct stamp take_stamp(const char *path)
{
    struct stat status;

    if (stat(path, &status) < 0)
        return (struct stamp){0};
    return (struct stamp){
        .exists = true,
        .device = status.st_dev,
        .inode = status.st_ino,
        .size = status.st_size,
        .written = status.st_mtim,
        .changed = status.st_ctim,
    };
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same(const struct stamp *a, const struct stamp *b)
{
    return a->exists == b->exists && a->device == b->device && a->inode == b->inode &&
           a->size == b->size && is_same_time(&a->written, &b->written) &&
           is_same_time(&a->changed, &b->changed);
}

int file_watch_new(struct file_watch **watchp)
{
    struct file_watch *watch = calloc(1, sizeof(*watch));

    if (!watch)
        return -ENOMEM;
    SLIST_INIT(&watch->paths);
    *watchp = watch;
    return 0;
}

struct file_watch *file_watch_free(struct file_watch *watch)
{
    struct watched *watched;

    if (!watch)
        return NULL;
    while ((watched = SLIST_FIRST(&watch->paths))) {
        SLIST_REMOVE_HEAD(&watch->paths, in_watch);
        free(watched);
    }
    free(watch);
    return NULL;
}

static int add_path(struct file_watch *watch, const char *path, const struct stamp *stamp)
{
    size_t size = strlen(path) + 1;
    struct watched *watched = malloc(sizeof(*watched) + size);

    if (!watched)
        return -ENOMEM;
    memcpy(watched->path, path, size);
    watched->stamp = *stamp;
    SLIST_INSERT_HEAD(&watch->paths, watched, in_watch);
    return 0;
}

int file_watch_add(struct file_watch *watch, const char *path)
{
    const struct stamp stamp = take_stamp(path);

    return add_path(watch, path, &stamp);
}

static bool is_wanted(const char *name, const char *ending)
{
    size_t n = strlen(name), n_ending = ending ? strlen(ending) : 0;

    return name[0] != '.' && n >= n_ending &&
           (n_ending == 0 || strcmp(name + n - n_ending, ending) == 0);
}

static int add_entry(struct file_watch *watch, const char *folder, const char *name)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof(path), "%s/%s", folder, name);

    /* A file whose path is too long cannot be opened, so nothing was read from it. */
    return n < 0 || (size_t)n >= sizeof(path) ? 0 : file_watch_add(watch, path);
}

int file_watch_add_whole(struct file_watch *watch, const char *path, const char *ending)
{
    const struct dirent *entry;
    DIR *folder;
    int r = file_watch_add(watch, path);

    if (r)
        return r;
    folder = opendir(path);
    if (!folder)
        return 0;
    while (!r && (entry = readdir(folder)))
        r = is_wanted(entry->d_name, ending) ? add_entry(watch, path, entry->d_name) : 0;
    closedir(folder);
    return r;
}

bool file_watch_has_changed(const struct file_watch *watch)
{
    const struct watched *watched;

    SLIST_FOREACH(watched, &watch->paths, in_watch)
    {
        struct stamp now = take_stamp(watched->path);

        if (!is_same(&now, &watched->stamp))
            return true;
    }
    return false;
}

/* --- the state --- */

/*
 * The constants of the hash FNV-1a with 64 bits. It need not resist attacks, because the files
 * belong to the administrator.
 */
#define FNV_START 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

static uint64_t add_hash(uint64_t hash, const void *data, size_t len)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * FNV_PRIME;
    return hash;
}

static uint64_t add_number(uint64_t hash, uint64_t number)
{
    return add_hash(hash, &number, sizeof(number));
}

static uint64_t add_time(uint64_t hash, const struct timespec *time)
{
    return add_number(add_number(hash, (uint64_t)time->tv_sec), (uint64_t)time->tv_nsec);
}

static uint64_t hash_watched(const struct watched *watched)
{
    const struct stamp *stamp = &watched->stamp;
    uint64_t hash = add_hash(FNV_START, watched->path, strlen(watched->path));

    hash = add_number(hash, stamp->exists);
    hash = add_number(hash, stamp->device);
    hash = add_number(hash, stamp->inode);
    hash = add_number(hash, (uint64_t)stamp->size);
    return add_time(add_time(hash, &stamp->written), &stamp->changed);
}

uint64_t file_watch_state(const struct file_watch *watch)
{
    const struct watched *watched;
    uint64_t state = 0;

    SLIST_FOREACH(watched, &watch->paths, in_watch)
    {
        state += hash_watched(watched);
    }
    return state;
}

/* --- packing --- */

static void write_time(struct packed_writer *writer, const struct timespec *time)
{
    packed_write_number(writer, (uint64_t)time->tv_sec);
    packed_write_number(writer, (uint64_t)time->tv_nsec);
}

static struct timespec read_time(struct packed_reader *reader)
{
    const time_t seconds = (time_t)packed_read_number(reader, UINT64_MAX);

    return (struct timespec){
        .tv_sec = seconds,
        .tv_nsec = (long)packed_read_number(reader, 999999999),
    };
}

void file_watch_pack(const struct file_watch *watch, struct packed_writer *writer)
{
    const struct watched *watched;

    SLIST_FOREACH(watched, &watch->paths, in_watch)
    {
        packed_write_number(writer, 1);
        packed_write_text(writer, watched->path);
        packed_write_number(writer, watched->stamp.exists);
        packed_write_number(writer, watched->stamp.device);
        packed_write_number(writer, watched->stamp.inode);
        packed_write_number(writer, (uint64_t)watched->stamp.size);
        write_time(writer, &watched->stamp.written);
        write_time(writer, &watched->stamp.changed);
    }
    packed_write_number(writer, 0);
}

int file_watch_unpack(struct file_watch *watch, struct packed_reader *reader)
{
    int r = 0;

    while (!r && packed_read_number(reader, 1) == 1) {
        char *path = packed_read_text(reader, PATH_MAX);
        struct stamp stamp = {0};

        stamp.exists = packed_read_number(reader, 1) == 1;
        stamp.device = (dev_t)packed_read_number(reader, UINT64_MAX);
        stamp.inode = (ino_t)packed_read_number(reader, UINT64_MAX);
        stamp.size = (off_t)packed_read_number(reader, INT64_MAX);
        stamp.written = read_time(reader);
        stamp.changed = read_time(reader);
        r = reader->failed ? -EBADMSG : add_path(watch, path, &stamp);
        free(path);
    }
    return !r && reader->failed ? -EBADMSG : r;
}
