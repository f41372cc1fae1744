/* SPDX-License-Identifier: MIT */

/*
 * Tests that rule set rfc9525 differs from other implementations only where it is meant to. Each
 * recorded verdict equals ours, or a class in classes.c explains the difference. A class that
 * explains no row fails the test. For OpenSSL only its refusals are compared, since rfc9525 is
 * meant to be stricter. The rule sets that are named after a program are compared with that program
 * (recorded.h). The rows are not part of the project.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/classes.h"
#include "tests/conformance/recorded.h"
#include "tests/conformance/row.h"

#define ROWS_FILE "names-measured.jsonl"
/* The exit status by which automake recognises a skipped test. */
#define EXIT_SKIP 77
/* The most classes that the test can count; there are fewer. */
#define MAX_CLASSES 64

struct tally {
    size_t n_rows;
    size_t n_same;
    size_t n_stricter; /* rows that OpenSSL accepts and we refuse, which are not compared */
    size_t n_different;
};

struct run {
    const char *path;
    size_t n_lines;
    size_t n_failures;
    struct tally peers[N_PEERS];
    size_t classes[MAX_CLASSES][N_PEERS];
    struct recorded recorded[N_RECORDED];
};

static size_t class_of(const struct row *row, enum peer peer)
{
    enum direction direction = row->accepted ? DIRECTION_LAXER : DIRECTION_STRICTER;

    for (size_t i = 0; i < n_difference_classes; i++) {
        const struct difference_class *class = &difference_classes[i];

        if ((class->peers & 1U << peer) && class->direction == direction && class->explains(row))
            return i;
    }
    return n_difference_classes;
}

static void print_text(const uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        printf(text[i] > 0x20 && text[i] < 0x7f ? "%c" : "\\x%02x", text[i]);
}

static void print_unexplained(const struct run *run, const struct row *row, enum peer peer)
{
    printf("%s:%zu: %s: ", run->path, run->n_lines, row->id);
    print_text(row->host, row->host_len);
    printf(": rfc9525 %s, %s does not", row->accepted ? "accepts" : "refuses", peer_name(peer));
    if (row->fault != 0)
        printf(": %s", reference_fault_text((enum reference_fault)row->fault));
    else if (row->result.has_nearest)
        printf(": %s", miss_text(row->result.why));
    for (size_t i = 0; i < row->n_presented && row->presented[i].type == IDENTITY_DNS; i++) {
        printf(i == 0 ? ": of " : ", ");
        print_text(row->presented[i].data, row->presented[i].len);
    }
    putchar('\n');
}

static void compare(struct run *run, const struct row *row, enum peer peer)
{
    struct tally *tally = &run->peers[peer];
    size_t class;

    if (row->claims[peer] == CLAIM_NONE)
        return;

    tally->n_rows++;
    if (row->accepted == (row->claims[peer] == CLAIM_MATCH)) {
        tally->n_same++;
        return;
    }
    if (peer == PEER_OPENSSL && !row->accepted) {
        tally->n_stricter++;
        return;
    }

    tally->n_different++;
    class = class_of(row, peer);
    if (class < n_difference_classes) {
        run->classes[class][peer]++;
        return;
    }
    print_unexplained(run, row, peer);
    run->n_failures++;
}

static int take_line(struct run *run, const struct match_rules *rules, const char *line, size_t len)
{
    struct row row;
    int r;

    run->n_lines++;
    r = row_init(&row, line, len, rules);
    for (size_t peer = 0; r == 0 && peer < N_PEERS; peer++)
        compare(run, &row, (enum peer)peer);
    if (r == 0)
        run->n_failures += recorded_compare(run->recorded, &row);
    if (r > 0) {
        printf("%s:%zu: not a row\n", run->path, run->n_lines);
        run->n_failures++;
    }
    row_deinit(&row);
    return r < 0 ? r : 0;
}

static int take_file(struct run *run, FILE *file)
{
    struct match_rules rules = {0};
    struct suffix_list *suffixes = NULL;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    int r;

    r = suffix_list_open(&suffixes);
    rules.suffixes = suffixes;
    while (r == 0 && (len = getline(&line, &size, file)) >= 0)
        r = take_line(run, &rules, line, (size_t)len);
    if (r == 0 && ferror(file))
        r = -EIO;

    free(line);
    suffix_list_close(suffixes);
    return r;
}

static void report_peers(struct run *run)
{
    printf("%-18s %6s %6s %9s %9s\n", "peer", "rows", "same", "different", "stricter");
    for (size_t i = 0; i < N_PEERS; i++) {
        const struct tally *tally = &run->peers[i];

        printf("%-18s %6zu %6zu %9zu %9zu\n", peer_name((enum peer)i), tally->n_rows, tally->n_same,
               tally->n_different, tally->n_stricter);
        if (tally->n_rows == 0) {
            printf("%s: not one row of %s\n", run->path, peer_name((enum peer)i));
            run->n_failures++;
        }
    }
}

static void report_class(struct run *run, size_t at)
{
    const struct difference_class *class = &difference_classes[at];

    printf("\n%s: %s\n   ", class->name, class->reason);
    printf(class->direction == DIRECTION_LAXER ? " we accept, refused by"
                                               : " we refuse, accepted by");
    for (size_t peer = 0; peer < N_PEERS; peer++) {
        if (!(class->peers & 1U << peer))
            continue;
        printf(" %s (%zu)", peer_name((enum peer)peer), run->classes[at][peer]);
        if (run->classes[at][peer] == 0) {
            printf(": explains nothing, and must go");
            run->n_failures++;
        }
    }
    putchar('\n');
}

/*
 * Finds the file of rows: in the folder CERTNAMED_VECTORS, else in ../shared/vectors beside the
 * source tree.
 */
static int find_rows(char **pathp)
{
    const char *vectors = getenv("CERTNAMED_VECTORS"), *top_srcdir = getenv("top_srcdir");
    int r;

    if (vectors)
        r = asprintf(pathp, "%s/" ROWS_FILE, vectors);
    else
        r = asprintf(pathp, "%s/../shared/vectors/" ROWS_FILE, top_srcdir ? top_srcdir : ".");
    return r < 0 ? -ENOMEM : 0;
}

static int judge(struct run *run)
{
    FILE *file = fopen(run->path, "re");
    int r;

    if (!file && errno == ENOENT) {
        printf("%s is not there: nothing was compared\n", run->path);
        return EXIT_SKIP;
    }
    r = file ? take_file(run, file) : -errno;
    if (file)
        fclose(file);
    if (r < 0) {
        printf("%s: %s\n", run->path, strerror(-r));
        return EXIT_FAILURE;
    }

    report_peers(run);
    for (size_t i = 0; i < n_difference_classes; i++)
        report_class(run, i);
    recorded_report(run->recorded);
    printf("\n%zu lines, %zu failures\n", run->n_lines, run->n_failures);
    return run->n_failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(void)
{
    struct run run = {0};
    char *path = NULL;
    int r = EXIT_FAILURE;

    if (n_difference_classes <= MAX_CLASSES && find_rows(&path) == 0) {
        run.path = path;
        r = judge(&run);
    }
    free(path);
    return r;
}
