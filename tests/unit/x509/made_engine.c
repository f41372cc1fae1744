/* SPDX-License-Identifier: MIT */
#include "tests/unit/x509/made_engine.h"

#include <check.h>
#include <stdio.h>

struct made_engine made;

void made_set_up(void)
{
    ck_assert_int_eq(x509_context_new(&made.context), 0);
    ck_assert_int_eq(path_engine_new(&made.engine, made.context), 0);
    path_family_init(&made.family, "P-256");
}

void made_tear_down(void)
{
    path_family_deinit(&made.family);
    made.engine = path_engine_free(made.engine);
    made.context = x509_context_free(made.context);
}

enum path_outcome made_validate(const struct path_question *question, struct path_result *result)
{
    ck_assert_int_eq(path_validate(made.engine, question, result), 0);
    if (result->outcome == PATH_VALID)
        ck_assert_uint_eq(result->faults.n + result->date_faults.n, 0);
    else
        ck_assert_uint_gt(result->faults.n + result->date_faults.n, 0);
    return result->outcome;
}

const char *made_first_fault(const struct path_question *question)
{
    static char text[128];
    struct path_result result;
    const struct fault *fault;

    text[0] = '\0';
    if (made_validate(question, &result) != PATH_VALID) {
        fault = result.faults.n ? &result.faults.faults[0] : &result.date_faults.faults[0];
        snprintf(text, sizeof(text), "%s/%d@%u", fault->code, fault->verify_code, fault->depth);
    }
    path_result_deinit(&result);
    return text;
}
