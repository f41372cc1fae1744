/* SPDX-License-Identifier: MIT */

/*
 * Tests that the warm-up fails only if the verifier could not serve: not if the policy refuses the
 * certificate, and not if it answers the question with an error.
 */

#include <check.h>

#include "daemon/verifier/warm_up.h"
#include "proto/error.h"
#include "tests/unit/verify/verify_fixture.h"

static struct world world;

START_TEST(test_policy_does_not_matter)
{
    static const char *const policies[] = {
        "",
        WORLD_TRUST "defaults { trust = { \"ours\" }\n path = always }\n",
        "deny \"it\" { names = { \"rehearsal.invalid\" } }\n",
    };

    world_init(&world);
    for (size_t i = 0; i < ROWS(policies); i++) {
        world_policy(&world, policies[i]);
        ck_assert_int_eq(warm_up_verify(&world.context), 0);
    }
    world_deinit(&world);
}
END_TEST

START_TEST(test_rule_without_a_verdict)
{
    struct request request = {0};
    struct bytes leaf;

    world_init(&world);
    leaf = world_leaf(&world, "DNS:" WORLD_LEAF);
    world_policy(&world, WORLD_TRUST "defaults { trust = { \"ours\" }\n path = always }\n");
    world.context.engine = NULL;
    request_refer(&request, REQUEST_HOST, WORLD_LEAF);
    request_send(&request, leaf);
    ck_assert_int_eq(world_ask(&world, &request), ERROR_UNSUPPORTED);
    ck_assert_int_eq(warm_up_verify(&world.context), 0);
    path_drop(leaf);
    world_deinit(&world);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_policy_does_not_matter, test_rule_without_a_verdict};

    return policy_suite_run("warm-up", tests, ROWS(tests));
}
