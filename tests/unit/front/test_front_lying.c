/* SPDX-License-Identifier: MIT */

/*
 * Tests the front's real program against verifiers that an attacker has taken over; the test plays
 * the supervisor, the verifiers and the clients. A thousand verifiers, one after the other, reply
 * with wrong tags, old tags, wide windows, huge CPU times and other lengths, twice, late, or not at
 * all, and are then ended. Afterwards nothing that one of them said is answered to another user,
 * and no other user is charged.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/ipc/control.h"
#include "daemon/ipc/front_program.h"
#include "daemon/ipc/note.h"
#include "daemon/ipc/settings.h"
#include "daemon/limits.h"
#include "daemon/os/rights.h"
#include "daemon/os/sandbox.h"
#include "proto/frame.h"
#include "proto/limits.h"

/*
 * The number of verifiers. An account has to pause after some crashes, so a thousand are played
 * only if the test runs as root and can be many users.
 */
#define TAKEOVERS_COUNT     1000
#define TAKEOVERS_ONE_COUNT 25
/* In one of LATE_PART takeovers the test waits until the deadline of the verifier is over. */
#define LATE_PART 250
/* The users. Each lying verifier is asked by a different one. */
#define FIRST_UID   20000u
#define HONEST_UID  3000u
#define HONEST      1000000u /* added to the number of a verifier that does not lie */
#define PATIENCE_MS 20000
#define EPOCH       1

static char folder[] = "/tmp/certnamed-unit-XXXXXX";
static char path[64], admin_path[64];
static int control;
static pid_t front, bin;
static uint64_t last_number; /* the number of the request that a verifier received last */

/* --- the front --- */

static int open_listener(const char *at)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    strcpy(address.sun_path, at);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    rights_refuse(fd);
    ck_assert_int_eq(listen(fd, 64), 0);
    ck_assert_int_eq(chmod(at, 0666), 0);
    return fd;
}

static void place(int fd, int number)
{
    if (dup2(fd, number) < 0)
        _exit(EXIT_FAILURE);
}

/*
 * Executes the front's program in one of its roles. Descriptors that the role does not need are -1.
 */
static pid_t start(const char *role, int listener, int front_control, int bin_socket)
{
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid > 0)
        return pid;
    /* The descriptors are copied to higher numbers first, so that placing one does not overwrite
     * another. */
    listener = listener < 0 ? -1 : fcntl(listener, F_DUPFD_CLOEXEC, 10);
    front_control = front_control < 0 ? -1 : fcntl(front_control, F_DUPFD_CLOEXEC, 10);
    bin_socket = fcntl(bin_socket, F_DUPFD_CLOEXEC, 10);
    if (listener >= 0)
        place(listener, FRONT_LISTEN_FD);
    if (front_control >= 0)
        place(front_control, FRONT_CONTROL_FD);
    place(bin_socket, FRONT_BIN_FD);
    execl("./certnamed-front", "certnamed-front", FRONT_VERSION, role, (char *)NULL);
    _exit(EXIT_FAILURE);
}

static void send_message(struct control_message message, int fd)
{
    message.epoch = EPOCH;
    ck_assert_int_eq(control_send(control, &message, fd), 0);
    if (fd >= 0)
        close(fd);
}

static void send_epoch(void)
{
    static struct settings settings;
    int fd;

    limits_set_defaults(&settings.limits);
    settings.limits.workers = 1;
    settings.limits.cpu_per_uid_ms = 0;
    settings.epoch = EPOCH;
    ck_assert_int_eq(settings_seal(&settings, &fd), 0);
    send_message((struct control_message){.kind = CONTROL_EPOCH}, fd);
}

static void setup(void)
{
    struct control_message admin = {.kind = CONTROL_LISTEN, .name = CONTROL_ADMIN_NAME};
    int controls[2], bins[2], listener;

    signal(SIGPIPE, SIG_IGN);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chmod(folder, 0755), 0);
    snprintf(path, sizeof(path), "%s/socket", folder);
    snprintf(admin_path, sizeof(admin_path), "%s/admin", folder);
    listener = open_listener(path);
    ck_assert_int_eq(control_pair(controls), 0);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, bins), 0);
    bin = start(FRONT_ROLE_BIN, -1, -1, bins[1]);
    front = start(FRONT_ROLE_FRONT, listener, controls[1], bins[0]);
    close(listener);
    close(controls[1]);
    close(bins[0]);
    close(bins[1]);
    control = controls[0];
    send_epoch();
    admin.uid = geteuid();
    send_message(admin, open_listener(admin_path));
}

static void teardown(void)
{
    int status;

    close(control);
    ck_assert_int_eq(waitpid(front, &status, 0), front);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
    ck_assert_int_eq(waitpid(bin, &status, 0), bin);
    unlink(path);
    unlink(admin_path);
    rmdir(folder);
}

/*
 * Reads the messages that the front has sent. Returns whether it asked for this verifier to be
 * killed.
 */
static bool read_control(uint32_t number)
{
    struct control_message message;
    bool is_overrun = false;
    int fd;

    while (control_receive(control, &message, &fd) == 0)
        is_overrun = is_overrun || (message.kind == CONTROL_OVERRUN && message.verifier == number);
    return is_overrun;
}

static void await_overrun(uint32_t number)
{
    struct pollfd readable = {.fd = control, .events = POLLIN};

    while (!read_control(number))
        ck_assert_int_eq(poll(&readable, 1, PATIENCE_MS), 1);
}

/* --- clients --- */

static void set_patience(int socket)
{
    const struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};

    ck_assert_int_eq(setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
}

static int connect_as(uid_t uid, const char *to)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_root = geteuid() == 0;

    strcpy(address.sun_path, to);
    if (is_root)
        ck_assert_int_eq(seteuid(uid), 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    if (is_root)
        ck_assert_int_eq(seteuid(0), 0);
    set_patience(fd);
    return fd;
}

static void ask(int client, uint8_t kind, const char *payload)
{
    uint8_t frame[FRAME_HEADER_BYTES + 32];
    size_t n = strlen(payload);

    frame_write_header(frame, kind, 7, n);
    memcpy(frame + FRAME_HEADER_BYTES, payload, n);
    ck_assert_int_eq(send(client, frame, FRAME_HEADER_BYTES + n, 0),
                     (ssize_t)(FRAME_HEADER_BYTES + n));
}

/* Receives a reply as text. Returns its kind. */
static uint8_t receive(int client, char *text, size_t size)
{
    uint8_t header_bytes[FRAME_HEADER_BYTES];
    struct frame_header header;
    size_t n;

    ck_assert_int_eq(recv(client, header_bytes, sizeof(header_bytes), MSG_WAITALL),
                     sizeof(header_bytes));
    frame_peek(&header, header_bytes, sizeof(header_bytes), LIMIT_REPLY_BYTES);
    n = header.length - FRAME_HEADER_BYTES;
    ck_assert_uint_lt(n, size);
    ck_assert_int_eq(recv(client, text, n, MSG_WAITALL), (ssize_t)n);
    text[n] = '\0';
    return header.kind;
}

/* --- verifiers --- */

static int add_verifier(uint32_t number)
{
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    set_patience(pair[1]);
    send_message((struct control_message){.kind = CONTROL_VERIFIER, .verifier = number}, pair[0]);
    return pair[1];
}

/* Receives a request, which must have this payload. Returns its number. */
static uint64_t take(int verifier, const char *payload)
{
    uint8_t data[sizeof(struct ask) + FRAME_HEADER_BYTES + 32];
    const uint8_t *frame = data + sizeof(struct ask);
    struct frame_header header;
    ssize_t n = recv(verifier, data, sizeof(data), 0);

    ck_assert_int_eq(n, (ssize_t)(sizeof(struct ask) + FRAME_HEADER_BYTES + strlen(payload)));
    ck_assert_int_eq(frame_peek(&header, frame, (size_t)n - sizeof(struct ask), 64),
                     FRAME_COMPLETE);
    ck_assert_mem_eq(frame + FRAME_HEADER_BYTES, payload, strlen(payload));
    return header.tag;
}

static void reply(int verifier, uint64_t number, const struct note *note, const char *text)
{
    uint8_t data[sizeof(*note) + FRAME_HEADER_BYTES + 16];
    size_t n = strlen(text);
    ssize_t sent;

    memcpy(data, note, sizeof(*note));
    frame_write_header(data + sizeof(*note), FRAME_KIND_VERDICT, number, n);
    memcpy(data + sizeof(*note) + FRAME_HEADER_BYTES, text, n);
    /* The front may have closed the socket already. */
    sent = send(verifier, data, sizeof(*note) + FRAME_HEADER_BYTES + n, 0);
    (void)sent;
}

static void lose_verifier(uint32_t number, enum control_cause cause)
{
    send_message((struct control_message){.kind = CONTROL_GONE, .verifier = number, .cause = cause},
                 -1);
}

enum lie {
    LIE_NOTE = 0, /* the reply is well-formed; only the note before it lies */
    LIE_TAG,
    LIE_OLD_TAG,
    LIE_LENGTH,
    LIE_TWICE,
    LIE_AFTERWARDS, /* a reply that is sent after the end of the verifier was reported */
    LIE_SILENCE,
    LIES_COUNT,
};

static const struct note lying = {
    .from_s = INT64_MIN,
    .until_s = INT64_MAX,
    .outcome = 1,
    .cpu_us = UINT32_MAX,
};

static void lie_now(int verifier, enum lie lie, uint64_t number)
{
    uint8_t rubbish[sizeof(struct note) + FRAME_HEADER_BYTES + 4] = {0};

    switch (lie) {
    case LIE_TWICE:
        reply(verifier, number, &lying, "lie");
        reply(verifier, number, &lying, "lie");
        break;
    case LIE_NOTE:
        reply(verifier, number, &lying, "lie");
        break;
    case LIE_TAG:
        reply(verifier, number + 1, &lying, "lie");
        break;
    case LIE_OLD_TAG:
        reply(verifier, last_number, &lying, "lie");
        break;
    case LIE_LENGTH:
        ck_assert_int_gt(send(verifier, rubbish, (size_t)rand() % sizeof(rubbish) + 1, 0), 0);
        break;
    default:
        break;
    }
}

/* Plays a user who asks, and a verifier that lies and is ended. */
static void take_over(uint32_t i, const char *question, enum lie lie)
{
    int client = connect_as(FIRST_UID + i, path);
    int verifier = add_verifier(i);
    char text[64];
    uint64_t number;

    ask(client, FRAME_KIND_VERIFY, question);
    number = take(verifier, question);
    if (i % LATE_PART == 0 && !sandbox_is_relaxed()) {
        await_overrun(i);
        lie = LIE_NOTE;
    }
    lie_now(verifier, lie, number);
    /* The user who asked the lying verifier may be given the lie. */
    if (lie == LIE_NOTE || lie == LIE_TWICE) {
        ck_assert_uint_eq(receive(client, text, sizeof(text)), FRAME_KIND_VERDICT);
        ck_assert_str_eq(text, "lie");
    }
    close(client);
    lose_verifier(i, CONTROL_CAUSE_CRASH);
    if (lie == LIE_AFTERWARDS)
        reply(verifier, number, &lying, "lie");
    close(verifier);
    last_number = number;
    read_control(i);
}

/*
 * Plays another user who asks an equal question, and must get the answer of a verifier that does
 * not lie.
 */
static void ask_honestly(uint32_t i, const char *question)
{
    const struct note note = {.until_s = INT64_MAX, .outcome = 1, .cpu_us = 1};
    int client = connect_as(HONEST_UID, path);
    int verifier = add_verifier(HONEST + i);
    char text[64];

    ask(client, FRAME_KIND_VERIFY, question);
    reply(verifier, take(verifier, question), &note, "true");
    ck_assert_uint_eq(receive(client, text, sizeof(text)), FRAME_KIND_VERDICT);
    ck_assert_str_eq(text, "true");
    close(client);
    lose_verifier(HONEST + i, CONTROL_CAUSE_OTHER);
    close(verifier);
    read_control(HONEST + i);
}

/* Returns the CPU time in microseconds that a user was charged. */
static long long find_charged_us(uid_t uid)
{
    static char text[LIMIT_REPLY_BYTES];
    int client = connect_as(geteuid(), admin_path);
    char key[32];
    const char *user;

    ask(client, FRAME_KIND_STATUS, "");
    ck_assert_uint_eq(receive(client, text, sizeof(text)), FRAME_KIND_STATUS_TEXT);
    close(client);
    snprintf(key, sizeof(key), "\"uid\":%u,", (unsigned)uid);
    user = strstr(text, key);
    ck_assert_msg(user != NULL, "no user %u in %s", (unsigned)uid, text);
    user = strstr(user, "\"cpu_us\":");
    ck_assert_ptr_nonnull(user);
    return strtoll(user + strlen("\"cpu_us\":"), NULL, 10);
}

START_TEST(lies_end_with_their_verifier)
{
    uint32_t n = geteuid() == 0 ? TAKEOVERS_COUNT : TAKEOVERS_ONE_COUNT;
    char question[32];

    srand(12);
    for (uint32_t i = 1; i <= n; i++) {
        snprintf(question, sizeof(question), "question %u", i);
        take_over(i, question, (enum lie)(rand() % LIES_COUNT));
        ask_honestly(i, question);
    }
    if (geteuid() != 0)
        return;
    ck_assert_int_le(find_charged_us(HONEST_UID), n);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lying verifiers, real front");
    TCase *cases = tcase_create("lying verifiers, real front");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, lies_end_with_their_verifier);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
