/* SPDX-License-Identifier: MIT */

/*
 * `make bench` compares certnamed with other programs. BUILT is the folder in which certnamed has
 * been built; the table is written to TABLE and the plot to PLOT. If names of groups of rows are
 * given, only those are measured and nothing is written.
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

static const struct {
    const char *name;
    void (*measure)(struct report *report, const char *built);
} groups[] = {
    {"warm", rows_warm},         {"throughput", rows_throughput}, {"cold", rows_cold},
    {"chain", rows_chain},       {"activation", rows_activation}, {"exec", rows_exec},
    {"overload", rows_overload}, {"large", rows_large},
};

static bool is_wanted(const char *name, int argc, char **argv)
{
    for (int i = 4; i < argc; i++) {
        if (strcmp(argv[i], name) == 0)
            return true;
    }
    return argc <= 4;
}

int main(int argc, char **argv)
{
    static struct report report;

    if (argc < 4) {
        fputs("Usage: bench-front BUILT TABLE PLOT "
              "[warm|throughput|cold|chain|activation|exec|overload|large]...\n",
              stderr);
        return EXIT_FAILURE;
    }
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        if (is_wanted(groups[i].name, argc, argv))
            groups[i].measure(&report, argv[1]);
    }
    if (argc == 4)
        report_write(&report, argv[2], argv[3]);
    return EXIT_SUCCESS;
}
