/* SPDX-License-Identifier: MIT */
#pragma once

/* A folder with one configuration file, for the tests of daemon/load. */

#include <check.h>

#include "daemon/load/sources.h"

struct load_fixture {
    char folder[64];
    char config[96];
    struct sources sources; /* sources with `config` as the only file */
};

/* Makes the folder, still without the file. */
void load_fixture_init(struct load_fixture *fixture);

/* Writes `text` to the configuration file. */
void load_fixture_write(const struct load_fixture *fixture, const char *text);

/* Removes the file and the folder. */
void load_fixture_deinit(struct load_fixture *fixture);

/* Runs each test in a test case of its own. Returns the exit status for main. */
int load_fixture_run(const char *name, const TTest *const *tests, size_t n_tests);
