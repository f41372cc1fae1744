/* SPDX-License-Identifier: MIT */
#include "daemon/load/last_good.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <linux/magic.h>

#include "base/fd.h"
#include "config.h"
#include "daemon/load/load_error.h"

#define BOOT_ID_PATH  "/proc/sys/kernel/random/boot_id"
#define BOOT_ID_BYTES 64
#define BUILD_BYTES   128
#define FILE_BYTES    (8u * POLICY_FILE_BYTES)
#define TITLE         "certnamed last good 1"

static int64_t now_s(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec > 0 ? now.tv_sec : 1;
}

/* --- the build and the boot that the file is valid for --- */

/* Writes to `build` what identifies this build: its version and the executable file. */
static int find_build(char build[static BUILD_BYTES])
{
    struct stat status;

    if (stat("/proc/self/exe", &status) < 0)
        return -errno;
    snprintf(build, BUILD_BYTES, "%s %llu %llu %lld %lld", PACKAGE_VERSION,
             (unsigned long long)status.st_dev, (unsigned long long)status.st_ino,
             (long long)status.st_size, (long long)status.st_mtim.tv_sec);
    return 0;
}

/*
 * Writes to `boot` what identifies this boot. A tmpfs is empty after a boot, so a file on one is
 * always of this boot; for other file systems it is the kernel's boot id. If neither can be found
 * out, the last good configuration is neither written nor used.
 */
static int find_boot(int fd, char boot[static BOOT_ID_BYTES])
{
    struct statfs status;
    ssize_t n;
    int id;

    if (fstatfs(fd, &status) < 0)
        return -errno;
    snprintf(boot, BOOT_ID_BYTES, "tmpfs");
    if (status.f_type == TMPFS_MAGIC)
        return 0;
    id = open(BOOT_ID_PATH, O_RDONLY | O_CLOEXEC);
    if (id < 0)
        return -errno;
    n = read(id, boot, BOOT_ID_BYTES - 1);
    boot[n > 0 ? n : 0] = '\0';
    fd_close(id);
    return n > 0 ? 0 : -EIO;
}

/* --- writing --- */

static int pack(const struct last_good_place *place, const struct last_good *good, int fd,
                struct packed_writer *writer)
{
    char build[BUILD_BYTES], boot[BOOT_ID_BYTES];
    int r = find_build(build);

    if (!r)
        r = find_boot(fd, boot);
    if (r)
        return r;
    packed_write_text(writer, TITLE);
    packed_write_text(writer, build);
    packed_write_text(writer, boot);
    packed_write_text(writer, place->source);
    packed_write_bytes(writer, good->digest, sizeof(good->digest));
    packed_write_number(writer, good->n_starts);
    packed_write_number(writer, (uint64_t)good->first_start_s);
    packed_write_bytes(writer, good->policy.data, good->policy.len);
    return writer->failed ? -ENOMEM : 0;
}

static int write_all(int fd, const struct packed_writer *writer)
{
    size_t n = 0;

    while (n < writer->len) {
        ssize_t written = write(fd, writer->data + n, writer->len - n);

        if (written < 0 && errno != EINTR)
            return -errno;
        n += written > 0 ? (size_t)written : 0;
    }
    return 0;
}

static int write_file(const struct last_good_place *place, const struct last_good *good, int fd)
{
    struct packed_writer writer = {0};
    int r = pack(place, good, fd, &writer);

    if (!r)
        r = write_all(fd, &writer);
    packed_writer_deinit(&writer);
    return r;
}

int last_good_write(const struct last_good_place *place, const struct last_good *good)
{
    char fresh[PATH_MAX];
    int fd, n, r;

    if (!place->path)
        return 0;
    n = snprintf(fresh, sizeof(fresh), "%s.new", place->path);
    if (n < 0 || (size_t)n >= sizeof(fresh))
        return -ENAMETOOLONG;
    (void)unlink(fresh);
    fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    r = fd < 0 ? -errno : write_file(place, good, fd);
    fd_close(fd);
    if (!r && rename(fresh, place->path) < 0)
        r = -errno;
    if (r) {
        (void)unlink(fresh);
        last_good_remove(place);
    }
    return r;
}

void last_good_remove(const struct last_good_place *place)
{
    if (place->path)
        (void)unlink(place->path);
}

/* --- reading --- */

static int check_file(int fd, size_t *lenp)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode) || status.st_uid != geteuid() || status.st_nlink != 1 ||
        (status.st_mode & 07777) != 0600)
        return -EPERM;
    if (status.st_size <= 0 || status.st_size > (off_t)FILE_BYTES)
        return -EFBIG;
    *lenp = (size_t)status.st_size;
    return 0;
}

static int read_all(int fd, uint8_t **textp, size_t *lenp)
{
    size_t n = 0;
    int r = check_file(fd, lenp);
    uint8_t *text = r ? NULL : malloc(*lenp);

    if (r)
        return r;
    if (!text)
        return -ENOMEM;
    while (n < *lenp) {
        ssize_t got = read(fd, text + n, *lenp - n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            r = got < 0 ? -errno : -EBADMSG;
            free(text);
            return r;
        }
        n += (size_t)got;
    }
    *textp = text;
    return 0;
}

static bool is_text(struct packed_reader *reader, const char *expected)
{
    const struct bytes bytes = packed_read_bytes(reader, PATH_MAX);

    return !reader->failed && bytes.len == strlen(expected) &&
           memcmp(bytes.data, expected, bytes.len) == 0;
}

static int refuse(struct policy_error *error, const char *why)
{
    return load_error_set(error, 1, "the last good configuration is not used: %s", why);
}

/*
 * Reads the head of the file and refuses it if build, boot or source differ. After a success the
 * reader stands behind the head.
 */
static int check_head(const struct last_good_place *place, int fd, struct packed_reader *reader,
                      struct policy_error *error)
{
    char build[BUILD_BYTES], boot[BOOT_ID_BYTES];
    int r = find_build(build);

    if (!r)
        r = find_boot(fd, boot);
    if (r)
        return r;
    if (!is_text(reader, TITLE))
        return refuse(error, "the file is not one");
    if (!is_text(reader, build))
        return refuse(error, "it is of another build");
    if (!is_text(reader, boot))
        return refuse(error, "it is of another boot");
    if (!is_text(reader, place->source))
        return refuse(error, "it is of another configuration file");
    return 0;
}

static int check_rest(struct packed_reader *reader, struct last_good *good,
                      struct policy_error *error)
{
    const struct bytes digest = packed_read_bytes(reader, sizeof(good->digest));

    good->n_starts = packed_read_number(reader, UINT32_MAX);
    good->first_start_s = (int64_t)packed_read_number(reader, INT64_MAX);
    good->policy = packed_read_bytes(reader, FILE_BYTES);
    if (reader->failed || digest.len != sizeof(good->digest) || reader->len != 0)
        return refuse(error, "the file is damaged");
    memcpy(good->digest, digest.data, digest.len);
    if (good->n_starts >= LAST_GOOD_STARTS_COUNT)
        return refuse(error, "it has been started from three times");
    if (last_good_is_over(good))
        return refuse(error, "it was first started from more than a day ago");
    return 0;
}

int last_good_read(const struct last_good_place *place, uint8_t **textp, struct last_good *good,
                   struct policy_error *error)
{
    struct packed_reader reader = {0};
    uint8_t *text = NULL;
    size_t len = 0;
    int fd, r;

    if (!place->path)
        return -ENOENT;
    fd = open(place->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    r = read_all(fd, &text, &len);
    reader = (struct packed_reader){.data = text, .len = len};
    if (!r)
        r = check_head(place, fd, &reader, error);
    if (!r)
        r = check_rest(&reader, good, error);
    fd_close(fd);
    if (r) {
        free(text);
        return r;
    }
    *textp = text;
    return 0;
}

void last_good_count_start(struct last_good *good)
{
    if (good->n_starts == 0)
        good->first_start_s = now_s();
    good->n_starts++;
}

bool last_good_is_over(const struct last_good *good)
{
    return good->n_starts > 0 &&
           (now_s() < good->first_start_s || now_s() - good->first_start_s > LAST_GOOD_S);
}
