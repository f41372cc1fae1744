/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS_COUNT 40

/* From before the new process to after its end. posix_spawn copies nothing of this process, whose
 * size would be the greater part of a fork's cost and tell nothing of the libraries. */
static double exec_us(const char *built, const char *name)
{
    char program[256];
    char *arguments[] = {program, NULL};
    double begun;

    snprintf(program, sizeof(program), "%s/%s", built, name);
    begun = now_us();
    for (unsigned i = 0; i < CALLS_COUNT; i++) {
        pid_t pid;
        int status;

        errno = posix_spawn(&pid, program, NULL, NULL, arguments, environ);
        if (errno != 0 || waitpid(pid, &status, 0) != pid || status != 0)
            die(program);
    }
    return (now_us() - begun) / CALLS_COUNT;
}

void rows_exec(struct report *report, const char *built)
{
    struct row *row = report_row(report, "client: exec cost", "us",
                                 "1.25 x an empty main, then 1.15");

    set_undisturbed(true);
    pin(0, 0);
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        row_add(row, "empty main", exec_us(built, "bench-exec"));
        row_add(row, "empty again", exec_us(built, "bench-exec"));
        row_add(row, "libssl", exec_us(built, "bench-exec-ssl"));
        row_add(row, "libcertname-client", exec_us(built, "bench-exec-client"));
    }
    row_print(row);
    pin(0, -1);
    set_undisturbed(false);
}
