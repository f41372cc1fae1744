/* SPDX-License-Identifier: MIT */

/*
 * Tests settings and texts between supervisor and front: sealed ones are read back, any other file
 * is refused, and every client gets its class.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "daemon/ipc/note.h"
#include "daemon/ipc/settings.h"

static struct settings *make_settings(void)
{
    struct settings *settings = calloc(1, sizeof(*settings));

    ck_assert_ptr_nonnull(settings);
    settings->epoch = 7;
    settings->generation = 5;
    memset(settings->digest, 0xa5, sizeof(settings->digest));
    limits_set_defaults(&settings->limits);
    settings->n_clients = 4;
    settings->clients[0] = (struct settings_client){.id = 1000, .client_class = 2};
    settings->clients[1] = (struct settings_client){.id = 50, .is_group = true, .client_class = 1};
    settings->clients[2] = (struct settings_client){.id = 60, .is_group = true, .client_class = 3};
    settings->clients[3] = (struct settings_client){.id = 1001, .client_class = 3};
    return settings;
}

/* Makes a memory file with `len` bytes of `data` and without seals. */
static int make_file(const void *data, size_t len)
{
    int fd = memfd_create("test", MFD_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, data, len), (ssize_t)len);
    return fd;
}

/*
 * All settings are read back, however often they are read and whatever the file offset of the
 * descriptor.
 */
START_TEST(test_round_trip)
{
    struct settings *given = make_settings(), *read = calloc(1, sizeof(*read));
    int fd = -1;

    ck_assert_ptr_nonnull(read);
    ck_assert_int_eq(settings_seal(given, &fd), 0);
    ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    for (int i = 0; i < 2; i++) {
        memset(read, 0xff, sizeof(*read));
        ck_assert_int_eq(settings_read(read, fd), 0);
        ck_assert_int_eq(memcmp(read, given, sizeof(*read)), 0);
        ck_assert_int_ge(lseek(fd, 11, SEEK_SET), 0);
    }
    fd_close(fd);
    free(given);
    free(read);
}
END_TEST

/* Nobody who has the descriptor can change the file. */
START_TEST(test_sealed)
{
    struct settings *settings = make_settings();
    int fd = -1;

    ck_assert_int_eq(settings_seal(settings, &fd), 0);
    ck_assert_int_eq(pwrite(fd, "x", 1, 0), -1);
    ck_assert_int_eq(errno, EPERM);
    ck_assert_int_eq(ftruncate(fd, 0), -1);
    ck_assert_int_eq(ftruncate(fd, (off_t)sizeof(*settings) + 1), -1);
    ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
    fd_close(fd);
    free(settings);
}
END_TEST

static const struct {
    const char *intent;
    size_t len; /* size of the file */
    size_t n_clients;
    int expected;
} files[] = {
    {"whole", sizeof(struct settings), 4, 0},
    {"as many clients as there may be", sizeof(struct settings), SETTINGS_CLIENTS_COUNT, 0},
    {"one client more", sizeof(struct settings), SETTINGS_CLIENTS_COUNT + 1, -EBADMSG},
    {"clients without end", sizeof(struct settings), SIZE_MAX, -EBADMSG},
    {"empty", 0, 4, -EBADMSG},
    {"one byte short", sizeof(struct settings) - 1, 4, -EBADMSG},
    {"cut off before the clients", offsetof(struct settings, clients), 4, -EBADMSG},
    {"one byte long", sizeof(struct settings) + 1, 4, -EBADMSG},
    {"twice as long", 2 * sizeof(struct settings), 4, -EBADMSG},
};

static const struct {
    const char *intent;
    size_t n_sockets;
    char last; /* the last byte of the first socket's name */
    int expected;
} socket_lists[] = {
    {"none", 0, 'x', 0},
    {"as many as there may be", LIMIT_NAMED_SOCKETS_COUNT, '\0', 0},
    {"one more", LIMIT_NAMED_SOCKETS_COUNT + 1, '\0', -EBADMSG},
    {"without end", SIZE_MAX, '\0', -EBADMSG},
    {"a name without its NUL", 1, 'x', -EBADMSG},
};

/* The name of a socket is never read beyond the end of its array. */
START_TEST(test_sockets)
{
    struct settings *given = make_settings(), *read = calloc(1, sizeof(*read));
    int fd = -1;

    ck_assert_ptr_nonnull(read);
    memset(given->sockets[0].name, 'x', sizeof(given->sockets[0].name));
    given->sockets[0].name[LIMIT_SOCKET_NAME_BYTES - 1] = socket_lists[_i].last;
    given->n_sockets = socket_lists[_i].n_sockets;
    ck_assert_int_eq(settings_seal(given, &fd), 0);
    ck_assert_msg(settings_read(read, fd) == socket_lists[_i].expected, "%s",
                  socket_lists[_i].intent);
    fd_close(fd);
    free(read);
    free(given);
}
END_TEST

/*
 * The clients of a socket in the table have its class; those of other sockets have the class of
 * their user.
 */
START_TEST(test_class_of_socket)
{
    struct settings *settings = make_settings();

    ck_assert_uint_eq(settings_class_of_socket(settings, "boxed"), CLIENT_CLASS_NONE);
    settings->n_sockets = 2;
    settings->sockets[0] = (struct settings_socket){"other", 7};
    settings->sockets[1] = (struct settings_socket){"boxed", 3};
    ck_assert_uint_eq(settings_class_of_socket(settings, "boxed"), 3);
    ck_assert_uint_eq(settings_class_of_socket(settings, "boxe"), CLIENT_CLASS_NONE);
    ck_assert_uint_eq(settings_class_of_socket(settings, "certnamed"), CLIENT_CLASS_NONE);
    free(settings);
}
END_TEST

/* A file that does not hold settings is refused, and *settings is zeroed. */
START_TEST(test_file)
{
    static const struct settings none;
    struct settings *given = make_settings(), *read = calloc(2, sizeof(*read));
    char *data = calloc(2, sizeof(*given));
    int fd;

    ck_assert_ptr_nonnull(read);
    ck_assert_ptr_nonnull(data);
    given->n_clients = files[_i].n_clients;
    memcpy(data, given, sizeof(*given));
    fd = make_file(data, files[_i].len);
    memset(read, 0xff, sizeof(*read));
    ck_assert_msg(settings_read(read, fd) == files[_i].expected, "%s", files[_i].intent);
    if (files[_i].expected)
        ck_assert_msg(memcmp(read, &none, sizeof(none)) == 0, "%s", files[_i].intent);
    fd_close(fd);
    free(data);
    free(read);
    free(given);
}
END_TEST

/* A descriptor that cannot be read is an error and does not yield empty settings. */
START_TEST(test_unreadable)
{
    struct settings *read = calloc(1, sizeof(*read));
    int ends[2];

    ck_assert_ptr_nonnull(read);
    ck_assert_int_eq(settings_read(read, -1), -EBADF);
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    ck_assert_int_eq(settings_read(read, ends[0]), -ESPIPE);
    fd_close(ends[0]);
    fd_close(ends[1]);
    free(read);
}
END_TEST

static const struct {
    const char *intent;
    uint32_t uid;
    uint32_t gids[3];
    size_t n_gids;
    uint32_t expected;
} peers[] = {
    {"in no section", 5, {5}, 1, CLIENT_CLASS_NONE},
    {"without groups", 5, {0}, 0, CLIENT_CLASS_NONE},
    {"by uid", 1000, {5}, 1, 2},
    {"by its only group", 5, {50}, 1, 1},
    {"by a further group", 5, {7, 8, 60}, 3, 3},
    {"the section that comes first, not the group that does", 5, {60, 50}, 2, 1},
    {"the uid before any group", 1001, {50, 60}, 2, 3},
    {"a uid that reads as some group's number", 50, {5}, 1, CLIENT_CLASS_NONE},
    {"a group that reads as some uid's number", 5, {1000}, 1, CLIENT_CLASS_NONE},
    {"whom a namespace hides", 65534, {5}, 1, CLIENT_CLASS_UNIDENTIFIED},
    {"the same, whatever its groups are", 65534, {50}, 1, CLIENT_CLASS_UNIDENTIFIED},
};

START_TEST(test_class)
{
    struct settings *settings = make_settings();

    ck_assert_msg(settings_class(settings, peers[_i].uid, peers[_i].gids, peers[_i].n_gids) ==
                      peers[_i].expected,
                  "%s", peers[_i].intent);
    free(settings);
}
END_TEST

/* A text is read with a NUL at its end; the part that does not fit is left out. */
START_TEST(test_text)
{
    static const char text[] = "{\"version\":\"1\"}";
    char room[64], tight[8];
    size_t len = 0;
    int fd = -1;

    ck_assert_int_eq(settings_seal_text(text, strlen(text), &fd), 0);
    ck_assert_int_eq(settings_read_text(fd, room, sizeof(room), &len), 0);
    ck_assert_uint_eq(len, strlen(text));
    ck_assert_str_eq(room, text);
    ck_assert_int_eq(settings_read_text(fd, tight, sizeof(tight), &len), 0);
    ck_assert_uint_eq(len, sizeof(tight) - 1);
    ck_assert_str_eq(tight, "{\"versi");
    ck_assert_int_eq(settings_read_text(fd, tight, 0, &len), -EINVAL);
    fd_close(fd);

    ck_assert_int_eq(settings_seal_text("", 0, &fd), 0);
    ck_assert_int_eq(settings_read_text(fd, room, sizeof(room), &len), 0);
    ck_assert_uint_eq(len, 0);
    ck_assert_str_eq(room, "");
    fd_close(fd);
}
END_TEST

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

int main(void)
{
    Suite *suite = suite_create("settings");
    TCase *tests = tcase_create("settings");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(tests, test_round_trip);
    tcase_add_test(tests, test_sealed);
    tcase_add_loop_test(tests, test_file, 0, N_ROWS(files));
    tcase_add_test(tests, test_unreadable);
    tcase_add_loop_test(tests, test_class, 0, N_ROWS(peers));
    tcase_add_loop_test(tests, test_sockets, 0, N_ROWS(socket_lists));
    tcase_add_test(tests, test_class_of_socket);
    tcase_add_test(tests, test_text);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
