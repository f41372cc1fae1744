/* SPDX-License-Identifier: MIT */
/* Tests how OpenMetrics text is converted to the older text format. */
#include "base/metrics.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *intent, *from, *to;
} rows[] = {
    {"nothing", "", ""},
    {"a gauge stays as it is", "# TYPE a gauge\n# HELP a Help me.\na 1\n",
     "# TYPE a gauge\n# HELP a Help me.\na 1\n"},
    {"a counter's family has the name of its samples",
     "# TYPE a counter\n# HELP a Help.\na_total{b=\"c\"} 1\n",
     "# TYPE a_total counter\n# HELP a_total Help.\na_total{b=\"c\"} 1\n"},
    {"an info is a gauge", "# TYPE a info\n# HELP a Help.\na_info{v=\"1\"} 1\n",
     "# TYPE a_info gauge\n# HELP a_info Help.\na_info{v=\"1\"} 1\n"},
    {"the next family is none of the last one's type",
     "# TYPE a counter\n# HELP a x\na_total 1\n# TYPE b gauge\n# HELP b counter\nb 2\n",
     "# TYPE a_total counter\n# HELP a_total x\na_total 1\n# TYPE b gauge\n# HELP b counter\nb "
     "2\n"},
    {"the end and the units go", "# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n",
     "# TYPE a gauge\na 1\n"},
    {"a last line without an end gets one", "a 1", "a 1\n"},
    {"a comment that is cut off", "# TYPE a", "# TYPE a \n"},
    {"a mark alone", "#\n", "#   \n"},
};

START_TEST(text_is_rewritten)
{
    size_t len = 0;
    char *out = metrics_to_prometheus(rows[_i].from, strlen(rows[_i].from), &len);

    ck_assert_ptr_nonnull(out);
    ck_assert_msg(strcmp(out, rows[_i].to) == 0, "%s: %s", rows[_i].intent, out);
    ck_assert_uint_eq(len, strlen(rows[_i].to));
    free(out);
}
END_TEST

/* The buffer that is allocated is large enough for the text that grows most. */
START_TEST(much_fits)
{
    enum { N = 5000 };
    char *from = malloc(N * 20 + 1), *out, *at = from;
    size_t len;

    for (int i = 0; i < N; i++) {
        memcpy(at, "# TYPE a counter\n", 17);
        at += 17;
    }
    out = metrics_to_prometheus(from, (size_t)(at - from), &len);
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(len, N * strlen("# TYPE a_total counter\n"));
    free(out);
    free(from);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tests = tcase_create("metrics");
    SRunner *runner;
    int n_failed;

    tcase_add_loop_test(tests, text_is_rewritten, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(tests, much_fits);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
