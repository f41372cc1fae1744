/* SPDX-License-Identifier: MIT */

/* Tests which files become a trust store, how others are refused, and that loading is cheap. */

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/x509/parse/pem.h"
#include "tests/unit/x509/path_fixture.h"

static struct path_family family;
static char folder[] = "/tmp/certnamed-store-XXXXXX";
static struct store *store;

static void set_up(void)
{
    path_family_init(&family, "P-256");
    strcpy(folder + sizeof(folder) - 7, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(store_new(&store, "test", true), 0);
}

static void remove_all(void)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static void tear_down(void)
{
    remove_all();
    store = store_free(store);
    path_family_deinit(&family);
}

static const char *path_of(const char *name)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *data, size_t len)
{
    FILE *file = fopen(path_of(name), "we");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

/* Appends a PEM block with lines of 64 characters to `out`. */
static void add_pem(char *out, const char *label, struct bytes der)
{
    unsigned char encoded[8192];
    int n = EVP_EncodeBlock(encoded, der.data, (int)der.len);

    out += strlen(out);
    out += sprintf(out, "-----BEGIN %s-----\n", label);
    for (int i = 0; i < n; i += 64)
        out += sprintf(out, "%.64s\n", encoded + i);
    sprintf(out, "-----END %s-----\n", label);
}

static int load(const char *name, struct store_error *error)
{
    return store_load(store, path_of(name), error);
}

START_TEST(loads_pem_and_der)
{
    static char text[16384];
    struct store_error error;

    text[0] = '\0';
    strcat(text, "Some words about what follows\r\n");
    add_pem(text, "CERTIFICATE", family.root);
    add_pem(text, "X509 CRL", family.leaf);
    strcat(text, "\n# more\n");
    add_pem(text, "X509 CERTIFICATE", family.issuer);
    add_pem(text, "CERTIFICATE", family.root);
    write_file("two.pem", text, strlen(text));
    ck_assert_msg(load("two.pem", &error) == 0, "%s", error.text);
    ck_assert_uint_eq(store_n_anchors(store), 2);
    write_file("one.der", family.leaf.data, family.leaf.len);
    ck_assert_int_eq(load("one.der", &error), 0);
    ck_assert_uint_eq(store_n_anchors(store), 3);
}
END_TEST

START_TEST(finds_by_name)
{
    struct outline outline;
    const struct anchor *const *anchors;
    size_t n;
    int fault;

    ck_assert_int_eq(store_add(store, family.issuer.data, family.issuer.len, &fault), 0);
    ck_assert_int_eq(store_add(store, family.root.data, family.root.len, &fault), 0);
    ck_assert_int_eq(store_add(store, family.root.data, family.root.len, &fault), 0);
    ck_assert_uint_eq(store_n_anchors(store), 2);
    ck_assert_int_eq(outline_read(&outline, family.leaf.data, family.leaf.len), 0);
    anchors = store_find(store, outline.issuer_hash, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert(outline_names_issuer(&outline, &anchors[0]->outline));
    ck_assert_mem_eq(anchors[0]->der, family.issuer.data, family.issuer.len);
    ck_assert_ptr_null(store_find(store, outline.subject_hash, &n));
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(says_what_is_wrong_with_a_file)
{
    static char text[16384], broken[16384], dump[16384];
    struct store_error error;
    struct {
        const char *name, *content;
        int expected;
        const char *says;
    } rows[] = {
        {"none.pem", NULL, -ENOENT, "none.pem: No such file"},
        {"empty.pem", "", STORE_NOTHING, "empty.pem: no certificate"},
        {"words.pem", "only words", STORE_INVALID, "words.pem:1: this is no certificate"},
        {"key.pem", "-----BEGIN X-----\nAAAA\n-----END X-----\n", STORE_NOTHING, "no certificate"},
        {"bad.pem", "\n-----BEGIN CERTIFICATE-----\nA*\n-----END CERTIFICATE-----\n", STORE_INVALID,
         "bad.pem:2: this block cannot be decoded"},
        {"short.pem", "-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n",
         STORE_INVALID, "short.pem:1: this block"},
        {"junk.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
         STORE_INVALID, "junk.pem:1: this certificate is not one certificate"},
        {"cut.pem", broken, STORE_INVALID, "cut.pem:1: this block"},
        {"label.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END X-----\n", STORE_INVALID,
         "label.pem:1: this block"},
        {"headers.pem", "-----BEGIN CERTIFICATE-----\nA: b\nAAAA\n-----END CERTIFICATE-----\n",
         STORE_INVALID, "headers.pem:1: this block"},
        {"dashes.pem", "-----BEGIN CERTIFICATE----\nAAAA\n-----END CERTIFICATE-----\n",
         STORE_INVALID, "dashes.pem:1: this block"},
        {"trust.pem", text, STORE_INVALID, "trust.pem:1: trust settings"},
        {"dump.pem", dump, STORE_INVALID, "dump.pem:2: this is p11-kit's format"},
    };

    snprintf(dump, sizeof(dump), "# a dump\n[p11-kit-object-v1]\nx-distrusted: true\n");
    add_pem(dump, "CERTIFICATE", family.root);
    add_pem(broken, "CERTIFICATE", family.root);
    broken[strlen(broken) - 30] = '\0';
    add_pem(text, "TRUSTED CERTIFICATE", family.root);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (rows[i].content)
            write_file(rows[i].name, rows[i].content, strlen(rows[i].content));
        ck_assert_int_eq(load(rows[i].name, &error), rows[i].expected);
        ck_assert_msg(strstr(error.text, rows[i].says), "%s", error.text);
        ck_assert_uint_eq(store_n_anchors(store), 0);
    }
}
END_TEST

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* Reads files as tools and editors write them, each with the same two certificates. */
START_TEST(reads_files_as_they_are_met)
{
    static char text[16384], marked[16400], commented[16500], keyed[16500], tabbed[20000];
    const struct {
        const char *name, *content;
    } rows[] = {
        {"bom.pem", marked}, {"comment.pem", commented}, {"key.pem", keyed}, {"tabs.pem", tabbed}};
    struct store_error error;
    size_t n = 0;

    add_pem(text, "CERTIFICATE", family.root);
    add_pem(text, "CERTIFICATE", family.issuer);
    snprintf(marked, sizeof(marked), "\xef\xbb\xbf%s", text);
    snprintf(commented, sizeof(commented), "-----BEGIN of our roots\n%s", text);
    snprintf(keyed, sizeof(keyed),
             "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"
             "AAAA\n-----END RSA PRIVATE KEY-----\n%s",
             text);
    for (const char *at = text; *at; at++) {
        if (*at == '\n')
            tabbed[n++] = '\t';
        tabbed[n++] = *at;
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct store *made;

        write_file(rows[i].name, rows[i].content, strlen(rows[i].content));
        ck_assert_int_eq(store_new(&made, "met", true), 0);
        ck_assert_msg(store_load(made, path_of(rows[i].name), &error) == 0, "%s", error.text);
        ck_assert_uint_eq(store_n_anchors(made), 2);
        store_free(made);
    }
}
END_TEST

#define END_LINE "-----END CERTIFICATE-----"

/* Writes two blocks with the END of the first and the BEGIN of the second on one line. */
static void glue(char *text, const char *good)
{
    const char *end = strstr(good, END_LINE) + strlen(END_LINE);

    sprintf(text, "%.*s%s", (int)(end - good), good, end + 1);
}

/* Writes two blocks, the second one indented. */
static void indent(char *text, const char *good)
{
    const char *second = strstr(good, END_LINE) + strlen(END_LINE "\n");
    size_t n = (size_t)sprintf(text, "%.*s", (int)(second - good), good);

    for (const char *at = second; *at; at++) {
        if (at[-1] == '\n')
            n += (size_t)sprintf(text + n, " \t");
        text[n++] = *at;
    }
    text[n] = '\0';
}

/* Returns the number of the line that contains `part`. */
static size_t find_line(const char *text, const char *part)
{
    return count_lines(text) - count_lines(strstr(text, part)) + 1;
}

/*
 * An indented block is left out and named in the warning. If END and BEGIN are on one line, the
 * block that ends there is damaged, and the block that begins there is not.
 */
START_TEST(names_blocks_that_are_indented_or_glued)
{
    static char good[16384], glued[16384], indented[32768];
    struct store_error error;
    char expected[2][192];
    struct store *made;

    add_pem(good, "CERTIFICATE", family.root);
    add_pem(good, "CERTIFICATE", family.issuer);
    glue(glued, good);
    indent(indented, good);
    snprintf(expected[0], sizeof(expected[0]), "glued.pem:%zu: END and BEGIN stand on one line",
             find_line(glued, END_LINE));
    snprintf(expected[1], sizeof(expected[1]), "indented.pem:%zu: white space stands before BEGIN",
             find_line(indented, " \t-----BEGIN"));
    write_file("glued.pem", glued, strlen(glued));
    write_file("indented.pem", indented, strlen(indented));

    for (int is_system = 0; is_system < 2; is_system++) {
        ck_assert_int_eq(store_new(&made, "met", true), 0);
        ck_assert_int_eq(is_system ? store_load_system(made, path_of("indented.pem"), &error)
                                   : store_load(made, path_of("indented.pem"), &error),
                         0);
        ck_assert_uint_eq(store_n_anchors(made), 1);
        ck_assert_uint_eq(store_n_left_out(made), 1);
        ck_assert_msg(strstr(error.text, expected[1]), "%s", error.text);
        store_free(made);
    }
    ck_assert_int_eq(load("glued.pem", &error), STORE_INVALID);
    ck_assert_msg(strstr(error.text, expected[0]), "%s", error.text);
    ck_assert_int_eq(store_new(&made, "system", true), 0);
    ck_assert_int_eq(store_load_system(made, path_of("glued.pem"), &error), 0);
    ck_assert_uint_eq(store_n_anchors(made), 1);
    ck_assert_uint_eq(store_n_left_out(made), 1);
    ck_assert_msg(strstr(error.text, expected[0]), "%s", error.text);
    store_free(made);
}
END_TEST

/*
 * One damaged block does not empty the system's store: it is left out, counted, and reported with
 * its line.
 */
START_TEST(leaves_out_damaged_blocks_of_the_system)
{
    static char text[32768];
    struct store_error error = {0};
    struct store *made;
    char expected[192];

    add_pem(text, "CERTIFICATE", family.root);
    snprintf(expected, sizeof(expected), "damaged.pem:%zu: this block cannot be decoded",
             count_lines(text) + 1);
    strcat(text, "-----BEGIN CERTIFICATE-----\nA*\n-----END CERTIFICATE-----\n");
    add_pem(text, "TRUSTED CERTIFICATE", family.leaf);
    add_pem(text, "CERTIFICATE", family.issuer);
    write_file("damaged.pem", text, strlen(text));
    ck_assert_int_eq(store_new(&made, "system", true), 0);
    ck_assert_msg(store_load_system(made, path_of("damaged.pem"), &error) == 0, "%s", error.text);
    ck_assert_uint_eq(store_n_anchors(made), 2);
    ck_assert_uint_eq(store_n_left_out(made), 2);
    ck_assert_msg(strstr(error.text, expected), "%s", error.text);
    store_free(made);
    ck_assert_int_eq(load("damaged.pem", &error), STORE_INVALID);
    ck_assert_msg(strstr(error.text, expected), "%s", error.text);
}
END_TEST

START_TEST(loads_a_directory)
{
    static char text[16384];
    struct store_error error;
    char where[128];

    snprintf(where, sizeof(where), "%s", folder);
    ck_assert_int_eq(store_load(store, where, &error), STORE_NOTHING);
    add_pem(text, "CERTIFICATE", family.root);
    write_file("root.crt", text, strlen(text));
    write_file("1234abcd.0", text, strlen(text));
    write_file("leaf.der", family.leaf.data, family.leaf.len);
    write_file("README", "words", 5);
    write_file(".hidden.pem", "words", 5);
    ck_assert_int_eq(mkdir(path_of("more.pem"), 0700), 0);
    ck_assert_msg(store_load(store, where, &error) == 0, "%s", error.text);
    ck_assert_uint_eq(store_n_anchors(store), 2);
    write_file("words.pem", "words", 5);
    ck_assert_int_eq(store_load(store, where, &error), STORE_INVALID);
    ck_assert_ptr_nonnull(strstr(error.text, "/words.pem:1: "));
    ck_assert_int_eq(unlink(path_of("words.pem")), 0);
    ck_assert_int_eq(mkfifo(path_of("pipe.pem"), 0600), 0);
    ck_assert_int_eq(store_load(store, where, &error), -EINVAL);
    ck_assert_ptr_nonnull(strstr(error.text, "/pipe.pem: not a file"));
}
END_TEST

START_TEST(refuses_what_no_path_could_use)
{
    struct path_recipe recipe = {
        .subject = "Root", .issuer = "Root", .is_ca = true, .issuer_key = family.root_key};
    struct bytes der;
    int fault = 0;

    recipe.key = path_key_of(16384, "10001");
    der = path_make(&recipe);
    ck_assert_int_eq(store_add(store, der.data, der.len, &fault), STORE_INVALID);
    ck_assert_int_eq(fault, OUTLINE_RSA_SIZE);
    ck_assert_uint_eq(store_n_anchors(store), 0);
    path_drop(der);
    EVP_PKEY_free(recipe.key);
}
END_TEST

/* Each of many anchors is found, and a store is full at STORE_ANCHORS_COUNT. */
START_TEST(holds_many)
{
    size_t n;
    int fault, r = 0;
    uint8_t *copy = malloc(family.root.len);

    ck_assert_ptr_nonnull(copy);
    for (int i = 0; i < 300; i++) {
        struct path_recipe recipe = {
            .issuer = "Root", .is_ca = true, .key = family.root_key, .issuer_key = family.root_key};
        char name[32];
        struct bytes der;
        struct outline outline;

        snprintf(name, sizeof(name), "Root %d", i / 2);
        recipe.subject = name;
        recipe.serial = i + 1;
        der = path_make(&recipe);
        ck_assert_int_eq(store_add(store, der.data, der.len, &fault), 0);
        ck_assert_int_eq(outline_read(&outline, der.data, der.len), 0);
        ck_assert_ptr_nonnull(store_find(store, outline.subject_hash, &n));
        ck_assert_uint_eq(n, (size_t)(i % 2 + 1));
        path_drop(der);
    }
    /* The serial number is counted up in each copy, so that no two copies are equal. */
    memcpy(copy, family.root.data, family.root.len);
    for (size_t i = store_n_anchors(store); r == 0; i++) {
        copy[family.root.len - 1] = (uint8_t)i;
        copy[family.root.len - 2] = (uint8_t)(i >> 8);
        r = store_add(store, copy, family.root.len, &fault);
        ck_assert_uint_le(i, 4096);
    }
    ck_assert_int_eq(r, STORE_FULL);
    ck_assert_uint_eq(store_n_anchors(store), 4096);
    free(copy);
}
END_TEST

static double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/*
 * Loading the system's store is fast. The best of several runs counts, since other programs may be
 * running.
 */
START_TEST(loading_the_system_costs_little)
{
    double best = 1e9;
    struct store_error error;
    int r = 0;

    for (int i = 0; i < 5 && r == 0; i++) {
        struct store *system = NULL;
        double start = cpu_ms();

        ck_assert_int_eq(store_new(&system, "system", true), 0);
        r = store_load_system(system, store_find_system(), &error);
        best = cpu_ms() - start < best ? cpu_ms() - start : best;
        if (r == 0)
            printf("%zu anchors in %.2f ms\n", store_n_anchors(system), best);
        store_free(system);
    }
    ck_assert(r == 0 || r == -ENOENT);
    if (r == 0 && !build_is_instrumented())
        ck_assert_double_lt(best, 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store");
    TCase *tcase = tcase_create("stores");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, loads_pem_and_der);
    tcase_add_test(tcase, finds_by_name);
    tcase_add_test(tcase, says_what_is_wrong_with_a_file);
    tcase_add_test(tcase, reads_files_as_they_are_met);
    tcase_add_test(tcase, names_blocks_that_are_indented_or_glued);
    tcase_add_test(tcase, leaves_out_damaged_blocks_of_the_system);
    tcase_add_test(tcase, loads_a_directory);
    tcase_add_test(tcase, refuses_what_no_path_could_use);
    tcase_add_test(tcase, holds_many);
    tcase_add_test(tcase, loading_the_system_costs_little);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
