/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/checker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "daemon/limits.h"
#include "daemon/os/sandbox.h"
#include "daemon/verifier/hook.h"

#define RESULT_FD 3

_Static_assert(sizeof(struct checker_result) <= PIPE_BUF,
               "the kernel writes a result whole or not at all");

/* --- the child --- */

static void check(const struct sources *sources, struct checker_result *result)
{
    const struct epoch_number number = {.generation = 1, .epoch = 1};
    struct epoch *epoch = NULL;

    if (epoch_load(&epoch, sources, number, &result->error) != 0)
        return;
    result->outcome = CHECKER_GOOD;
    memcpy(result->digest, epoch_context(epoch)->digest, sizeof(result->digest));
    epoch_free(epoch);
}

static _Noreturn void become_checker(const struct sources *sources, int pipe_end, pid_t parent)
{
    struct checker_result result;

    /* The padding is written to the pipe too. */
    memset(&result, 0, sizeof(result));
    prctl(PR_SET_NAME, "certname-check");
    if ((pipe_end != RESULT_FD && dup2(pipe_end, RESULT_FD) < 0) ||
        close_range(RESULT_FD + 1, UINT_MAX, 0) < 0 || child_tie(parent) < 0)
        _exit(EXIT_FAILURE);
    check(sources, &result);
    hook_after_check();
    _exit(write(RESULT_FD, &result, sizeof(result)) == sizeof(result) ? EXIT_SUCCESS
                                                                      : EXIT_FAILURE);
}

/* --- the parent --- */

int checker_start(struct checker *checker, const struct sources *sources)
{
    pid_t parent = getpid();
    int ends[2], r;

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return -errno;
    r = child_fork(&checker->child);
    if (r == 1)
        become_checker(sources, ends[1], parent);
    fd_close(ends[1]);
    if (r) {
        fd_close(ends[0]);
        return r;
    }
    checker->result = ends[0];
    checker->deadline_ms = clock_now_ms() + sandbox_patience_ms(LIMIT_CHECK_MS);
    return 0;
}

static void explain_end(struct policy_error *error, const struct child_end *end)
{
    *error = (struct policy_error){0};
    if (end->signalled && end->status == SIGKILL)
        snprintf(error->message, sizeof(error->message),
                 "the check of the configuration was killed: it took more than %d s, or "
                 "somebody killed it",
                 LIMIT_CHECK_MS / 1000);
    else if (end->signalled)
        snprintf(error->message, sizeof(error->message),
                 "the check of the configuration ended by signal %d (%s)", end->status,
                 sigdescr_np(end->status));
    else
        snprintf(error->message, sizeof(error->message),
                 "the check of the configuration ended with status %d: most likely for want of "
                 "memory",
                 end->status);
}

bool checker_finish(struct checker *checker, struct checker_result *result)
{
    struct child_end end;
    ssize_t n;

    if (!child_reap(&checker->child, &end))
        return false;
    memset(result, 0, sizeof(*result));
    n = read(checker->result, result, sizeof(*result));
    if (end.signalled || end.status != EXIT_SUCCESS || n != sizeof(*result)) {
        result->outcome = 0;
        explain_end(&result->error, &end);
    }
    result->error.file[sizeof(result->error.file) - 1] = '\0';
    result->error.message[sizeof(result->error.message) - 1] = '\0';
    fd_close(checker->result);
    *checker = CHECKER_NULL;
    return true;
}

void checker_kill_late(const struct checker *checker)
{
    if (clock_now_ms() >= checker_due_ms(checker))
        child_signal(&checker->child, SIGKILL);
}

int64_t checker_due_ms(const struct checker *checker)
{
    return checker->child.pid > 0 ? checker->deadline_ms : INT64_MAX;
}
