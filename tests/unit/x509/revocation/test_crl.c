/* SPDX-License-Identifier: MIT */

/*
 * Tests which bytes are accepted as a CRL, and how sets are filled from requests, files and
 * directories.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "tests/unit/x509/revocation_fixture.h"

static struct world world;
static struct crl_set *set;
static char directory[] = "/tmp/certnamed-crl-XXXXXX";

static void set_up_world(void)
{
    world_init(&world);
}

static void tear_down_world(void)
{
    world_deinit(&world);
}

static void set_up(void)
{
    memset(directory + sizeof(directory) - 7, 'X', 6);
    ck_assert_int_eq(crl_set_new(&set, world.context), 0);
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void tear_down(void)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -r %s", directory);
    ck_assert_int_eq(system(command), 0);
    set = crl_set_free(set);
}

static struct crl_spec plain(void)
{
    return (struct crl_spec){.issuer = world.intermediate.certificate,
                             .key = world.intermediate.key,
                             .serial = LEAF_SERIAL,
                             .reason = -1};
}

static struct blob make(unsigned shape, long serial)
{
    struct crl_spec spec = plain();

    spec.shape = shape;
    spec.serial = serial;
    return crl_make(&spec);
}

static const struct {
    const char *intent;
    unsigned shape;
    long serial;
    int reason;
    int64_t from, until;
    int expected;
} rows[] = {
    {"version 2", 0, 1, -1, 0, 0, 0},
    {"an empty one", 0, 0, -1, 0, 0, 0},
    {"version 1", CRL_V1, 1, -1, 0, 0, 0},
    {"version 1 with extensions", CRL_V1_EXTENDED, 1, -1, 0, 0, CRL_INVALID},
    {"version 1 with an entry's extensions", CRL_V1, 1, 1, 0, 0, CRL_INVALID},
    {"version 3", CRL_V3, 1, -1, 0, 0, CRL_INVALID},
    {"without an end", CRL_NO_END, 1, -1, 0, 0, 0},
    {"GeneralizedTime before 2050", CRL_GENERALIZED, 1, -1, 0, 0, 0},
    {"GeneralizedTime from 2050 on", CRL_GENERALIZED, 1, -1, INT64_C(2524608000),
     INT64_C(2524608000), 0},
    {"two algorithms", CRL_INNER_ALGORITHM, 1, -1, 0, 0, CRL_INVALID},
    {"an octet too many", CRL_TRAILING, 1, -1, 0, 0, CRL_INVALID},
    {"a large serial number", 0, 0x7fffffff, -1, 0, 0, 0},
    {"a negative serial number", 0, -5, -1, 0, 0, 0},
};

START_TEST(forms)
{
    struct crl_spec spec = plain();
    struct blob crl;

    spec.shape = rows[_i].shape;
    spec.serial = rows[_i].serial;
    spec.reason = rows[_i].reason;
    spec.from = rows[_i].from;
    spec.until = rows[_i].until;
    crl = crl_make(&spec);
    ck_assert_msg(crl_set_add_request_der(set, crl.data, crl.len) == rows[_i].expected, "%s",
                  rows[_i].intent);
    ck_assert_uint_eq(crl_set_count(set), rows[_i].expected == 0 ? 1 : 0);
    blob_free(&crl);
}
END_TEST

START_TEST(no_prefix_is_one)
{
    struct blob crl = make(CRL_AUTHORITY, 1);

    for (size_t len = 0; len < crl.len; len++) {
        struct blob prefix = blob_copy(crl.data, len);

        ck_assert_int_eq(crl_set_add_request_der(set, prefix.data, prefix.len), CRL_INVALID);
        blob_free(&prefix);
    }
    ck_assert_int_eq(crl_set_add_request_der(set, crl.data, crl.len), 0);
    blob_free(&crl);
}
END_TEST

/* Tests the limits on the number and size of CRLs in a request, to the byte. */
START_TEST(limits_of_a_request)
{
    struct crl_spec spec = plain();
    struct blob crl;
    size_t n_many = 0;

    for (long i = 1; i <= CRL_REQUEST_COUNT; i++) {
        crl = make(0, i);
        ck_assert_int_eq(crl_set_add_request_der(set, crl.data, crl.len), 0);
        ck_assert_int_eq(crl_set_add_request_der(set, crl.data, crl.len), 0);
        blob_free(&crl);
    }
    ck_assert_uint_eq(crl_set_count(set), CRL_REQUEST_COUNT);
    crl = make(0, 1000);
    ck_assert_int_eq(crl_set_add_request_der(set, crl.data, crl.len), CRL_INVALID);
    blob_free(&crl);

    set = crl_set_free(set);
    ck_assert_int_eq(crl_set_new(&set, world.context), 0);
    for (spec.n_others = 5000;; spec.n_others += 500) {
        crl = crl_make(&spec);
        if (crl.len > CRL_REQUEST_BYTES)
            break;
        n_many = spec.n_others;
        blob_free(&crl);
    }
    ck_assert_uint_gt(n_many, 0);
    ck_assert_int_eq(crl_set_add_request_der(set, crl.data, crl.len), CRL_INVALID);
    ck_assert_int_eq(crl_set_add_configured_der(set, crl.data, crl.len), 0);
    blob_free(&crl);
    spec.n_others = n_many;
    crl = crl_make(&spec);
    ck_assert_int_eq(crl_set_add_request_der(set, crl.data, crl.len), 0);
    blob_free(&crl);
}
END_TEST

/*
 * In a CRL with thousands of unsorted entries each listed serial number is found, and no other one.
 */
START_TEST(finds_each_serial_number)
{
    struct crl_spec spec = plain();
    struct revocation_question question = {
        .path = world.path, .n = 2, .time = NOW, .mode = REVOCATION_REQUIRED, .n_sets = 1};
    struct revocation_result result;
    struct fault_list faults = {0};

    spec.n_others = 3000;
    for (int listed = 0; listed < 2; listed++) {
        struct crl_set *one = NULL;
        const struct crl_set *sets[1];
        struct blob crl;

        spec.serial = listed ? LEAF_SERIAL : LEAF_SERIAL - 1;
        crl = crl_make(&spec);
        ck_assert_int_eq(crl_set_new(&one, world.context), 0);
        ck_assert_int_eq(crl_set_add_request_der(one, crl.data, crl.len), 0);
        sets[0] = one;
        question.sets = sets;
        ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
        ck_assert_int_eq(result.certificates[0].state,
                         listed ? REVOCATION_REVOKED : REVOCATION_GOOD);
        blob_free(&crl);
        crl_set_free(one);
    }
}
END_TEST

/* --- files --- */

static const char *path_of(const char *name)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    return path;
}

static void write_file(const char *name, const void *data, size_t len)
{
    FILE *file = fopen(path_of(name), "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

static void add_pem(struct blob *text, const char *label, const struct blob *der)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    long len;

    ck_assert_int_eq(text->len > 0 ? BIO_write(bio, text->data, (int)text->len) > 0 : 1, 1);
    ck_assert_int_gt(PEM_write_bio(bio, label, "", der->data, (long)der->len), 0);
    len = BIO_get_mem_data(bio, &data);
    free(text->data);
    *text = blob_copy(data, (size_t)len);
    BIO_free(bio);
}

static void write_pem(const char *name, const char *const *labels, size_t n)
{
    struct blob text = blob_copy("# what comes before\n", 20);

    for (size_t i = 0; i < n; i++) {
        struct blob crl = make(0, (long)i + 1);

        add_pem(&text, labels[i], &crl);
        blob_free(&crl);
    }
    write_file(name, text.data, text.len);
    blob_free(&text);
}

START_TEST(files_of_each_kind)
{
    static const char *const mixed[] = {"X509 CRL", "CERTIFICATE", "X509 CRL"};
    struct blob crl = make(0, 1), text = blob_copy("", 0);

    write_file("one.der", crl.data, crl.len);
    ck_assert_int_eq(crl_set_load_path(set, path_of("one.der")), 0);
    ck_assert_uint_eq(crl_set_count(set), 1);
    ck_assert_str_eq(crl_set_problem(set), "");
    write_pem("two.pem", mixed, 3);
    ck_assert_int_eq(crl_set_load_path(set, path_of("two.pem")), 0);
    ck_assert_uint_eq(crl_set_count(set), 3);
    add_pem(&text, "X509 CRL", &crl);
    write_file("same.pem", text.data, text.len);
    ck_assert_int_eq(crl_set_load_path(set, path_of("same.pem")), 0);
    ck_assert_uint_eq(crl_set_count(set), 3);
    blob_free(&text);
    blob_free(&crl);
}
END_TEST

START_TEST(a_directory)
{
    struct blob crl = make(0, 1), other = make(0, 2);

    write_file("b.crl", crl.data, crl.len);
    write_file("a.r0", other.data, other.len);
    write_file(".hidden", "x", 1);
    ck_assert_int_eq(mkdir(path_of("sub"), 0700), 0);
    write_file("sub/broken", "x", 1);
    ck_assert_int_eq(symlink("b.crl", path_of("link.r1")), 0);
    ck_assert_int_eq(crl_set_load_path(set, directory), 0);
    ck_assert_uint_eq(crl_set_count(set), 2);
    blob_free(&crl);
    blob_free(&other);
}
END_TEST

static const struct {
    const char *intent, *content, *problem;
} bad_files[] = {
    {"empty", "", "bad: this is not a CRL of version"},
    {"not a CRL", "hello", "bad: this is not a CRL of version"},
    {"no CRL among its blocks", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
     "bad: there is no CRL in it"},
    {"a CRL that is none", "\n-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
     "bad:2: this is not a CRL of version"},
    {"a block without an end", "-----BEGIN X509 CRL-----\nAAAA\n",
     "bad:1: this block cannot be decoded"},
};

START_TEST(files_that_are_none)
{
    struct blob crl;

    write_file("bad", bad_files[_i].content, strlen(bad_files[_i].content));
    ck_assert_int_eq(crl_set_load_path(set, path_of("bad")), CRL_INVALID);
    ck_assert_msg(strstr(crl_set_problem(set), bad_files[_i].problem) != NULL, "%s: %s",
                  bad_files[_i].intent, crl_set_problem(set));
    /* In a directory a bad file is left out and reported; a file with another ending is ignored. */
    ck_assert_int_eq(crl_set_load_path(set, directory), 0);
    ck_assert_uint_eq(crl_set_n_left_out(set), 0);
    crl = make(0, 1);
    write_file("good.crl", crl.data, crl.len);
    write_file("a-bad.crl", bad_files[_i].content, strlen(bad_files[_i].content));
    ck_assert_int_eq(crl_set_load_path(set, directory), 0);
    ck_assert_uint_eq(crl_set_count(set), 1);
    ck_assert_uint_eq(crl_set_n_left_out(set), 1);
    ck_assert_ptr_nonnull(strstr(crl_set_left_out(set), bad_files[_i].problem + 4));
    ck_assert_ptr_nonnull(strstr(crl_set_left_out(set), "a-bad.crl"));
    ck_assert_str_eq(crl_set_problem(set), "");
    blob_free(&crl);
}
END_TEST

START_TEST(files_that_cannot_be_read)
{
    ck_assert_int_lt(crl_set_load_path(set, path_of("absent")), 0);
    ck_assert_ptr_nonnull(strstr(crl_set_problem(set), "absent: No such file"));
    ck_assert_int_eq(symlink("absent", path_of("dangling.crl")), 0);
    ck_assert_int_eq(crl_set_load_path(set, directory), 0);
    ck_assert_uint_eq(crl_set_n_left_out(set), 1);
    ck_assert_ptr_nonnull(strstr(crl_set_left_out(set), "dangling.crl: No such file"));
    ck_assert_int_eq(mkfifo(path_of("pipe"), 0600), 0);
    ck_assert_int_eq(crl_set_load_path(set, path_of("pipe")), CRL_INVALID);
    ck_assert_ptr_nonnull(strstr(crl_set_problem(set), "neither a file nor a directory"));
}
END_TEST

START_TEST(a_file_over_its_limit)
{
    write_file("large", "0", 1);
    ck_assert_int_eq(truncate(path_of("large"), CRL_FILE_BYTES + 1), 0);
    ck_assert_int_eq(crl_set_load_path(set, path_of("large")), CRL_INVALID);
    ck_assert_ptr_nonnull(strstr(crl_set_problem(set), "over 16 MiB"));
}
END_TEST

/* CRLs in a file may be larger than in a request, and a fault has the name of the file. */
START_TEST(a_large_file_that_revokes)
{
    struct crl_spec spec = plain();
    struct blob crl;
    const struct crl_set *sets[] = {set};
    struct revocation_question question = {.path = world.path,
                                           .n = 2,
                                           .time = NOW,
                                           .mode = REVOCATION_IF_KNOWN,
                                           .sets = sets,
                                           .n_sets = 1};
    struct revocation_result result;
    struct fault_list faults = {0};

    spec.n_others = 10000;
    crl = crl_make(&spec);
    ck_assert_uint_gt(crl.len, CRL_REQUEST_BYTES);
    write_file("large\n.crl", crl.data, crl.len);
    ck_assert_int_eq(crl_set_load_path(set, directory), 0);
    ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
    ck_assert_str_eq(faults.faults[0].code, "revoked");
    ck_assert_ptr_nonnull(strstr(faults.faults[0].text, "/large?.crl)"));
    blob_free(&crl);
}
END_TEST

START_TEST(nothing_to_free)
{
    ck_assert_ptr_null(crl_set_free(NULL));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crl");
    TCase *cases = tcase_create("crl");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(cases, set_up_world, tear_down_world);
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, forms, 0, sizeof(rows) / sizeof(*rows));
    tcase_add_test(cases, no_prefix_is_one);
    tcase_add_test(cases, limits_of_a_request);
    tcase_add_test(cases, finds_each_serial_number);
    tcase_add_test(cases, files_of_each_kind);
    tcase_add_test(cases, a_directory);
    tcase_add_loop_test(cases, files_that_are_none, 0, sizeof(bad_files) / sizeof(*bad_files));
    tcase_add_test(cases, files_that_cannot_be_read);
    tcase_add_test(cases, a_file_over_its_limit);
    tcase_add_test(cases, a_large_file_that_revokes);
    tcase_add_test(cases, nothing_to_free);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
