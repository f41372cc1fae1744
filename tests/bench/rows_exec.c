/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS_COUNT 40

/*
 * Returns the time from before the start of a process to after its end. posix_spawn is used because
 * it copies nothing of this process. A fork would copy its page tables, which would make up most of
 * the cost and say nothing about the libraries.
 */
static double exec_us(const char *program, char *const environment[])
{
    char path[256];
    char *arguments[] = {path, NULL};
    double begun;

    snprintf(path, sizeof(path), "%s", program);
    begun = now_us();
    for (unsigned i = 0; i < CALLS_COUNT; i++) {
        pid_t pid;
        int status;

        errno = posix_spawn(&pid, path, NULL, NULL, arguments, environment);
        if (errno != 0 || waitpid(pid, &status, 0) != pid || status != 0)
            die(program);
    }
    return (now_us() - begun) / CALLS_COUNT;
}

void rows_exec(struct report *report, const char *built)
{
    static char path[] = "PATH=/usr/bin:/bin";
    char preload[256], empty[256], ssl[256], client[256];
    /* A library that is not installed is found because LD_PRELOAD has the path of its file. */
    char *plain[] = {path, NULL}, *with_library[] = {path, preload, NULL};
    struct row *row = report_row(report, "client: exec cost", "us",
                                 "1.25 x an empty main, then 1.15");

    snprintf(preload, sizeof(preload), "LD_PRELOAD=%s/.libs/libcertname-client.so.0", built);
    snprintf(empty, sizeof(empty), "%s/bench-exec", built);
    snprintf(ssl, sizeof(ssl), "%s/bench-exec-ssl", built);
    snprintf(client, sizeof(client), "%s/bench-exec-client", built);
    if (access(client, X_OK) < 0) {
        snprintf(row->note, sizeof(row->note), "the client library is not a shared one here");
        row_print(row);
        return;
    }
    set_undisturbed(true);
    pin(0, 0);
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        row_add(row, "empty main", exec_us(empty, plain));
        row_add(row, "empty again", exec_us(empty, plain));
        row_add(row, "libssl", exec_us(ssl, plain));
        row_add(row, "libcertname-client", exec_us(client, with_library));
    }
    row_print(row);
    pin(0, -1);
    set_undisturbed(false);
}
