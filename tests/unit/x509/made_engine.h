/* SPDX-License-Identifier: MIT */
#pragma once

/* An engine for paths, and a family of certificates, which each test of a program gets anew. */

#include "tests/unit/x509/path_fixture.h"

struct made_engine {
    struct x509_context *context;
    struct path_engine *engine;
    struct path_family family;
};

extern struct made_engine made;

void made_set_up(void);
void made_tear_down(void);

/* Asks the engine and asserts that exactly a refusal has faults. The caller frees the result. */
enum path_outcome made_validate(const struct path_question *question, struct path_result *result);

/*
 * Returns the first fault of a refusal as "code/verify_code@depth", or "" for an acceptance. The
 * text is valid until the next call.
 */
const char *made_first_fault(const struct path_question *question);
