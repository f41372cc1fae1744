/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/checker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "daemon/limits.h"
#include "daemon/load/generation.h"
#include "daemon/load/material_places.h"
#include "daemon/load/proof.h"
#include "daemon/os/sandbox.h"
#include "daemon/verifier/hook.h"

#define RESULT_FD 3
#define PACKED_FD 4

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* The message that the checker's process sends through the pipe at its end. */
struct report {
    uint32_t outcome;
    uint32_t is_failure;
    struct policy_error error;
};

_Static_assert(sizeof(struct report) <= PIPE_BUF, "the kernel writes a report whole or not at all");

/* --- the child --- */

/* Writes the packed bytes to the memory file and seals it. Returns 0 or -errno. */
static int write_packed(const struct packed_writer *writer)
{
    size_t n = 0;

    if (writer->failed)
        return -ENOMEM;
    if (writer->len > LIMIT_PACKED_EPOCH_BYTES)
        return -EFBIG;
    while (n < writer->len) {
        ssize_t written = write(PACKED_FD, writer->data + n, writer->len - n);

        if (written < 0 && errno != EINTR)
            return -errno;
        n += written > 0 ? (size_t)written : 0;
    }
    return fcntl(PACKED_FD, F_ADD_SEALS, SEALS) < 0 ? -errno : 0;
}

static int hand_over(const struct packed_writer *writer, struct policy_error *error)
{
    int r = write_packed(writer);

    return r ? load_error_set(error, r, "the configuration cannot be handed over: %s", strerror(-r))
             : 0;
}

/*
 * From now on, the process can open only the trust stores and the CRLs that the policy names: their
 * bytes are the next ones that it reads.
 */
static int confine(const struct policy *policy, struct policy_error *error)
{
    int r = sandbox_is_relaxed() ? 0 : material_places_enter(policy);

    hook_in_confined_check();
    return r ? load_error_set(error, r, "the checker cannot be confined: %s", strerror(-r)) : 0;
}

/* Reads the configuration twice. Returns what proof_read_again returns. */
static int read_twice(struct generation **generationp, const struct sources *sources,
                      struct policy_error *error)
{
    int r = generation_load(generationp, sources, error);

    hook_in_check();
    if (r)
        return r;
    r = proof_read_again(*generationp, sources, error);
    if (r)
        *generationp = generation_unref(*generationp);
    return r;
}

/*
 * Reads the configuration, and begins again if it changes meanwhile, as when an editor saves it.
 */
static int read_sources(struct generation **generationp, const struct sources *sources,
                        struct policy_error *error)
{
    int r = read_twice(generationp, sources, error);

    for (int n = 1; r == PROOF_CHANGED && n < LIMIT_CHECK_BEGINNINGS_COUNT; n++) {
        (void)poll(NULL, 0, LIMIT_CHECK_PAUSE_MS);
        *error = (struct policy_error){0};
        r = read_twice(generationp, sources, error);
    }
    return r;
}

/* Makes an epoch of the generation, which it takes over, proves it and hands it over. */
static int check_generation(struct generation *generation, struct policy_error *error)
{
    const struct epoch_number number = {.generation = 1, .epoch = 1};
    struct packed_writer writer = {0};
    struct epoch *epoch = NULL;
    int r = epoch_make(&epoch, generation, number, error);

    if (!r)
        r = proof_check(epoch, error);
    if (!r) {
        epoch_pack(epoch, &writer);
        r = hand_over(&writer, error);
    }
    packed_writer_deinit(&writer);
    epoch_free(epoch);
    return r;
}

static int check_sources(const struct sources *sources, struct policy_error *error)
{
    struct generation *generation = NULL;
    int r = read_sources(&generation, sources, error);

    if (r)
        return r;
    r = generation_pack_policy(generation);
    if (r)
        load_error_set(error, r, "the configuration cannot be handed over: %s", strerror(-r));
    else
        r = confine(generation->policy, error);
    if (!r)
        return check_generation(generation, error);
    generation_unref(generation);
    return r;
}

static int check_crls(const struct epoch *old, struct policy_error *error)
{
    struct packed_writer writer = {0};
    struct epoch *epoch = NULL;
    int r = confine(epoch_context(old)->policy, error);

    if (!r)
        r = epoch_refresh(&epoch, old, error);
    if (!r) {
        epoch_pack_crls(epoch, &writer);
        r = hand_over(&writer, error);
    }
    packed_writer_deinit(&writer);
    epoch_free(epoch);
    return r;
}

/*
 * Moves both descriptors to their fixed numbers, by way of copies at higher numbers so that neither
 * overwrites the other. Returns 0 or -errno.
 */
static int place_descriptors(int result, int packed)
{
    int result_copy = fcntl(result, F_DUPFD_CLOEXEC, PACKED_FD + 1);
    int packed_copy = fcntl(packed, F_DUPFD_CLOEXEC, PACKED_FD + 1);

    if (result_copy < 0 || packed_copy < 0 || dup2(result_copy, RESULT_FD) < 0 ||
        dup2(packed_copy, PACKED_FD) < 0 || close_range(PACKED_FD + 1, UINT_MAX, 0) < 0)
        return -errno;
    return 0;
}

static _Noreturn void become_checker(const struct checker_task *task, int result, int packed,
                                     pid_t parent)
{
    struct report report;
    int r;

    /* memset, because the padding is written to the pipe too. */
    memset(&report, 0, sizeof(report));
    prctl(PR_SET_NAME, "certname-check");
    if (place_descriptors(result, packed) < 0 || child_tie(parent) < 0 ||
        sandbox_enter_common() < 0)
        _exit(EXIT_FAILURE);
    r = task->refreshed ? check_crls(task->refreshed, &report.error)
                        : check_sources(task->sources, &report.error);
    report.outcome = r == 0 ? CHECKER_GOOD : 0;
    report.is_failure = r < 0;
    _exit(write(RESULT_FD, &report, sizeof(report)) == sizeof(report) ? EXIT_SUCCESS
                                                                      : EXIT_FAILURE);
}

/* --- the parent --- */

static void close_descriptors(struct checker *checker)
{
    checker->result = fd_close(checker->result);
    checker->packed = fd_close(checker->packed);
}

int checker_start(struct checker *checker, const struct checker_task *task)
{
    pid_t parent = getpid();
    int ends[2], r;

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return -errno;
    checker->result = ends[0];
    checker->packed = memfd_create("epoch", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    r = checker->packed < 0 ? -errno : child_fork(&checker->child);
    if (r == 1)
        become_checker(task, ends[1], checker->packed, parent);
    fd_close(ends[1]);
    if (r) {
        close_descriptors(checker);
        return r;
    }
    checker->deadline_ms = clock_now_ms() + sandbox_patience_ms(LIMIT_CHECK_MS);
    return 0;
}

static void explain_end(struct policy_error *error, const struct child_end *end)
{
    if (end->signalled && end->status == SIGKILL)
        load_error_set(error, 0,
                       "the check of the configuration was killed: it took more than %d s, or "
                       "somebody killed it",
                       LIMIT_CHECK_MS / 1000);
    else if (end->signalled)
        load_error_set(error, 0, "the check of the configuration ended by signal %d (%s)",
                       end->status, sigdescr_np(end->status));
    else
        load_error_set(error, 0,
                       "the check of the configuration ended with status %d: most likely for want "
                       "of memory",
                       end->status);
}

/*
 * Maps what the checker has packed. Only a sealed file is mapped, because nobody can change it any
 * more and reading it cannot fail. Returns 0 or -errno.
 */
static int map_packed(int fd, struct bytes *packed)
{
    struct stat status;
    void *data;

    if (fcntl(fd, F_GET_SEALS) != SEALS)
        return -EBADMSG;
    if (fstat(fd, &status) < 0)
        return -errno;
    if (status.st_size <= 0 || status.st_size > LIMIT_PACKED_EPOCH_BYTES)
        return -EBADMSG;
    data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return -errno;
    *packed = (struct bytes){.data = data, .len = (size_t)status.st_size};
    return 0;
}

static void read_result(const struct checker *checker, const struct child_end *end,
                        struct checker_result *result)
{
    struct report report;
    ssize_t n = read(checker->result, &report, sizeof(report));
    int r;

    *result = (struct checker_result){.is_failure = true};
    if (end->signalled || end->status != EXIT_SUCCESS || n != sizeof(report)) {
        explain_end(&result->error, end);
        return;
    }
    report.error.file[sizeof(report.error.file) - 1] = '\0';
    report.error.message[sizeof(report.error.message) - 1] = '\0';
    result->error = report.error;
    result->is_failure = report.is_failure != 0;
    if (report.outcome != CHECKER_GOOD)
        return;
    r = map_packed(checker->packed, &result->packed);
    if (r)
        load_error_set(&result->error, r, "the configuration cannot be taken over: %s",
                       strerror(-r));
    else
        result->outcome = CHECKER_GOOD;
}

bool checker_finish(struct checker *checker, struct checker_result *result)
{
    struct child_end end;

    if (!child_reap(&checker->child, &end))
        return false;
    read_result(checker, &end, result);
    close_descriptors(checker);
    *checker = CHECKER_NULL;
    return true;
}

void checker_run(const struct checker_task *task, struct checker_result *result)
{
    struct checker checker = CHECKER_NULL;
    int r = checker_start(&checker, task);

    *result = (struct checker_result){.is_failure = true};
    if (r) {
        load_error_set(&result->error, r, "the configuration cannot be checked: %s", strerror(-r));
        return;
    }
    while (!checker_finish(&checker, result)) {
        struct pollfd ended = {.fd = checker.child.pidfd, .events = POLLIN};
        int64_t left = checker.deadline_ms - clock_now_ms();

        (void)poll(&ended, 1, left > 0 ? (int)left : -1);
        checker_kill_late(&checker);
    }
}

void checker_result_deinit(struct checker_result *result)
{
    if (result->packed.data)
        munmap((void *)(uintptr_t)result->packed.data, result->packed.len);
    result->packed = (struct bytes){0};
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
