/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/look.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "daemon/limits.h"
#include "daemon/os/sandbox.h"

#define RESULT_FD 3
#define RECORD_FD 4

/* --- the child --- */

/*
 * Gives the two descriptors that the look needs their numbers, by way of copies at higher numbers,
 * and closes all others. Returns 0 or -errno.
 */
static int place_descriptors(int result, int record)
{
    int result_copy = fcntl(result, F_DUPFD_CLOEXEC, RECORD_FD + 1);
    int record_copy = record < 0 ? -1 : fcntl(record, F_DUPFD_CLOEXEC, RECORD_FD + 1);

    if (result_copy < 0 || (record >= 0 && record_copy < 0) || dup2(result_copy, RESULT_FD) < 0)
        return -errno;
    if (record_copy >= 0 ? dup2(record_copy, RECORD_FD) < 0 : close_range(RECORD_FD, RECORD_FD, 0))
        return -errno;
    return close_range(RECORD_FD + 1, UINT_MAX, 0) < 0 ? -errno : 0;
}

static _Noreturn void become_look(const struct look_task *task, int result, pid_t parent)
{
    struct front_files files = *task->files;
    struct look_result found;

    prctl(PR_SET_NAME, "certname-look");
    if (place_descriptors(result, files.record) < 0 || child_tie(parent) < 0)
        _exit(EXIT_FAILURE);
    /* memset, because the padding is written to the pipe too. */
    memset(&found, 0, sizeof(found));
    if (files.record >= 0) {
        files.record = RECORD_FD;
        found.record_has_moved = front_files_record_has_moved(&files);
    }
    found.accounts_changed = !task->accounts || file_watch_has_changed(task->accounts);
    found.is_outdated = epoch_policy_has_changed(task->epoch);
    found.is_stale = epoch_crls_have_changed(task->epoch);
    if (epoch_crls_state(task->epoch, &found.crls_state) < 0)
        _exit(EXIT_FAILURE);
    _exit(write(RESULT_FD, &found, sizeof(found)) == sizeof(found) ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* --- the parent --- */

int look_start(struct look *look, const struct look_task *task)
{
    pid_t parent = getpid();
    int ends[2], r;

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return -errno;
    r = child_fork(&look->child);
    if (r == 1)
        become_look(task, ends[1], parent);
    fd_close(ends[1]);
    if (r) {
        fd_close(ends[0]);
        return r;
    }
    look->result = ends[0];
    look->deadline_ms = clock_now_ms() + sandbox_patience_ms(LIMIT_CHECK_MS);
    return 0;
}

bool look_finish(struct look *look, struct look_result *result)
{
    struct child_end end;
    ssize_t n;

    if (!child_reap(&look->child, &end))
        return false;
    n = read(look->result, result, sizeof(*result));
    fd_close(look->result);
    *look = LOOK_NULL;
    return !end.signalled && end.status == EXIT_SUCCESS && n == sizeof(*result);
}

bool look_is_at_work(const struct look *look)
{
    return look->child.pid > 0;
}

void look_kill_late(const struct look *look)
{
    if (clock_now_ms() >= look_due_ms(look))
        child_signal(&look->child, SIGKILL);
}

int64_t look_due_ms(const struct look *look)
{
    return look_is_at_work(look) ? look->deadline_ms : INT64_MAX;
}
