/* SPDX-License-Identifier: MIT */
#include "tests/unit/client/fake_daemon.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/frame.h"
#include "proto/limits.h"

static bool read_exactly(int fd, uint8_t *data, size_t n)
{
    while (n > 0) {
        ssize_t r = read(fd, data, n);

        if (r <= 0)
            return false;
        data += r;
        n -= (size_t)r;
    }
    return true;
}

static bool write_exactly(int fd, const uint8_t *data, size_t n)
{
    while (n > 0) {
        ssize_t r = send(fd, data, n, MSG_NOSIGNAL);

        if (r <= 0)
            return false;
        data += r;
        n -= (size_t)r;
    }
    return true;
}

static bool answer_one(int fd, fake_answer answer, const void *context,
                       const struct fake_question *question)
{
    static uint8_t out[FAKE_FRAME_BYTES];
    ptrdiff_t n = answer(out, question, context);

    if (n < 0) {
        (void)write_exactly(fd, out, (size_t)(-n - 1));
        return false;
    }
    return write_exactly(fd, out, (size_t)n);
}

static void serve(int fd, unsigned n_connection, bool greets, fake_answer answer,
                  const void *context)
{
    static uint8_t frame[LIMIT_FRAME_BYTES];
    struct fake_question question = {.n_connection = n_connection};
    struct frame_header header;

    if (greets && !answer_one(fd, answer, context, &question))
        return;
    while (read_exactly(fd, frame, FRAME_HEADER_BYTES)) {
        (void)frame_peek(&header, frame, FRAME_HEADER_BYTES, sizeof(frame));
        if (header.length < FRAME_HEADER_BYTES || header.length > sizeof(frame))
            return;
        if (!read_exactly(fd, frame, header.length - FRAME_HEADER_BYTES))
            return;
        question.tag = header.tag;
        question.kind = header.kind;
        question.n_payload = header.length - FRAME_HEADER_BYTES;
        if (!answer_one(fd, answer, context, &question))
            return;
    }
}

static void run(int listener, bool greets, fake_answer answer, const void *context)
{
    /* Children that have ended need not be collected. */
    (void)signal(SIGCHLD, SIG_IGN);
    for (unsigned n_connection = 1;; n_connection++) {
        int fd = accept(listener, NULL, NULL);

        if (fd < 0)
            _exit(1);
        if (fork() == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            serve(fd, n_connection, greets, answer, context);
            _exit(0);
        }
        (void)close(fd);
    }
}

void fake_daemon_absent(struct fake_daemon *daemon)
{
    *daemon = (struct fake_daemon){.folder = "/tmp/certnamed-test-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(daemon->folder));
    (void)snprintf(daemon->path, sizeof(daemon->path), "%s/socket", daemon->folder);
}

void fake_daemon_start(struct fake_daemon *daemon, uid_t uid, bool greets, fake_answer answer,
                       const void *context)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int ready[2];
    char byte;

    fake_daemon_absent(daemon);
    memcpy(address.sun_path, daemon->path, strlen(daemon->path));
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(pipe(ready), 0);
    daemon->pid = fork();
    ck_assert_int_ge(daemon->pid, 0);
    if (daemon->pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)setpgid(0, 0);
        if (uid != (uid_t)-1 && setresuid(uid, uid, uid) < 0)
            _exit(1);
        if (listen(listener, 16) < 0 || write(ready[1], "", 1) != 1)
            _exit(1);
        (void)close(ready[0]);
        (void)close(ready[1]);
        run(listener, greets, answer, context);
    }
    (void)close(listener);
    (void)close(ready[1]);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
}

void fake_daemon_stop(struct fake_daemon *daemon)
{
    if (daemon->pid > 0) {
        (void)kill(daemon->pid, SIGKILL);
        (void)waitpid(daemon->pid, NULL, 0);
    }
    (void)unlink(daemon->path);
    (void)rmdir(daemon->folder);
    *daemon = (struct fake_daemon){0};
}
