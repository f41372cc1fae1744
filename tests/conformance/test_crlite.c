/* SPDX-License-Identifier: MIT */

/*
 * Reads CRLite's filters and indexes that other implementations wrote, and compares the answers.
 * The files are in CERTNAMED_VECTORS/browser/crlite, else in ../shared/vectors/browser/crlite
 * beside the source tree; without them the test is skipped.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <openssl/evp.h>

#include "daemon/x509/crlite/crlite_index.h"
#include "daemon/x509/crlite/crlite_set.h"
#include "daemon/x509/parse/file.h"

#define EXIT_SKIP        77
#define TIMESTAMPS_COUNT 64

static size_t n_failures;

static void fail(const char *what, const char *name)
{
    printf("%s: %s\n", name, what);
    n_failures++;
}

/* --- questions --- */

/* A question of the vectors, with the octets that it points to. */
struct question {
    struct crlite_subject subject;
    struct crlite_timestamp timestamps[TIMESTAMPS_COUNT];
    uint8_t logs[TIMESTAMPS_COUNT][CRLITE_LOG_BYTES];
    uint8_t serial[64];
};

static size_t read_hex(const char *hex, uint8_t *out, size_t size)
{
    size_t len = strlen(hex) / 2;

    if (len > size)
        abort();
    for (size_t i = 0; i < len; i++) {
        unsigned octet = 0;

        if (sscanf(hex + 2 * i, "%2x", &octet) != 1)
            abort();
        out[i] = (uint8_t)octet;
    }
    return len;
}

static const char *get_text(const json_t *row, const char *name)
{
    const char *text = json_string_value(json_object_get(row, name));

    if (!text)
        abort();
    return text;
}

static void make_key(struct crlite_subject *subject)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();

    if (!digest || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1 ||
        EVP_DigestUpdate(digest, subject->issuer, sizeof(subject->issuer)) != 1 ||
        EVP_DigestUpdate(digest, subject->serial.data, subject->serial.len) != 1 ||
        EVP_DigestFinal_ex(digest, subject->key, NULL) != 1)
        abort();
    EVP_MD_CTX_free(digest);
}

/*
 * Returns a time. jansson has no integers of 64 bits without sign, so they are read as real
 * numbers, which are exact below 2^53; the one time of the vectors beyond is the largest.
 */
static uint64_t read_time(const json_t *value)
{
    double time = json_real_value(value);

    if (time < 9007199254740992.0)
        return (uint64_t)time;
    if (time < 18446744073709551615.0)
        abort();
    return UINT64_MAX;
}

static void read_question(const json_t *row, struct question *question)
{
    struct crlite_subject *subject = &question->subject;
    const json_t *timestamps = json_object_get(row, "scts");

    memset(question, 0, sizeof(*question));
    read_hex(get_text(row, "issuer"), subject->issuer, sizeof(subject->issuer));
    subject->serial.data = question->serial;
    subject->serial.len = read_hex(get_text(row, "serial"), question->serial,
                                   sizeof(question->serial));
    subject->timestamps = question->timestamps;
    subject->n_timestamps = json_array_size(timestamps);
    for (size_t i = 0; i < subject->n_timestamps && i < TIMESTAMPS_COUNT; i++) {
        const json_t *timestamp = json_array_get(timestamps, i);

        read_hex(json_string_value(json_array_get(timestamp, 0)), question->logs[i],
                 CRLITE_LOG_BYTES);
        question->timestamps[i] = (struct crlite_timestamp){
            .log = question->logs[i],
            .time_ms = read_time(json_array_get(timestamp, 1)),
        };
    }
    make_key(subject);
}

static const char *describe(enum crlite_answer answer)
{
    switch (answer) {
    case CRLITE_NOT_COVERED:
        return "not-covered";
    case CRLITE_NOT_ENROLLED:
        return "not-enrolled";
    case CRLITE_GOOD:
        return "good";
    case CRLITE_REVOKED:
        break;
    }
    return "revoked";
}

/* --- sets --- */

/* Returns a set of the filters that an index in the folder names. */
static struct crlite_set *load(int folder, const char *index_name)
{
    struct crlite_index *index = calloc(1, sizeof(*index));
    struct crlite_set *set = NULL;
    struct file_text text = {0};
    const char *why = "it cannot be read";

    if (!index || crlite_set_new(&set) ||
        file_read(&text, folder, index_name, CRLITE_INDEX_BYTES) ||
        crlite_index_read(index, (struct bytes){.data = text.data, .len = text.len}, &why))
        fail(why, index_name);
    free(text.data);
    for (size_t i = 0; index && i < index->n_names; i++) {
        text = (struct file_text){0};
        why = "it cannot be read";
        if (file_read(&text, folder, index->names[i], CRLITE_FILTER_BYTES) ||
            crlite_set_add(set, index->names[i], (struct bytes){.data = text.data, .len = text.len},
                           &why))
            fail(why, index->names[i]);
        free(text.data);
    }
    free(index);
    return set;
}

/* Compares the answer of each filter alone. */
static void compare_each(const struct crlite_set *set, const json_t *each,
                         const struct question *question)
{
    for (size_t i = 0; i < crlite_set_count(set); i++) {
        const char *expected = json_string_value(json_object_get(each, crlite_set_name(set, i)));
        struct crlite_filter filter;
        const char *why;

        if (!expected)
            continue;
        if (crlite_filter_init(&filter, crlite_set_bytes(set, i), &why) != 0)
            abort();
        if (strcmp(describe(crlite_filter_ask(&filter, &question->subject)), expected) != 0)
            fail(expected, crlite_set_name(set, i));
        crlite_filter_deinit(&filter);
    }
}

/* Compares the answers of one set with a file of rows. Returns how many rows there are. */
static size_t compare(const char *folder_name, const char *index_name, const char *rows_name)
{
    char line[65536];
    struct crlite_set *set;
    size_t n = 0;
    FILE *rows;
    int folder;

    folder = open(folder_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    set = load(folder, index_name);
    rows = fopen(rows_name, "re");
    while (rows && fgets(line, sizeof(line), rows)) {
        json_t *row = json_loads(line, JSON_DECODE_INT_AS_REAL, NULL);
        struct question question;
        const char *expected = get_text(row, "expect");

        read_question(row, &question);
        if (strcmp(describe(crlite_set_ask(set, &question.subject)), expected) != 0)
            fail(expected, folder_name);
        compare_each(set, json_object_get(row, "each"), &question);
        json_decref(row);
        n++;
    }
    if (rows)
        fclose(rows);
    close(folder);
    printf("%s by %s: %zu answers of %zu filters\n", folder_name, index_name, n,
           crlite_set_count(set));
    crlite_set_unref(set);
    return n;
}

/* --- malformed files --- */

/* The malformed files, and the reason for which the reader refuses each of them. For a file that is
 * cut the reason says at which part the reader noticed it. */
static const struct {
    const char *name; /* without the version and the hyphen that the file's name begins with */
    const char *why;
} reasons[] = {
    {"empty", "it ends within its version"},
    {"one", "it ends within its version"},
    {"version", "its version is neither 3 nor 4"},
    {"version0", "its version is neither 3 nor 4"},
    {"reserved", "the octet after its version is not 0"},
    {"trailing", "there are octets behind its end"},
    {"cut", "a column has more words than there is room for"},
    {"half", NULL}, /* it depends on the sizes of the fields */
    {"logs-count", "it has more logs than there is room for"},
    {"log-twice", "it has a log twice"},
    {"issuers-count", "it has more issuers than there is room for"},
    {"issuers-order", "its issuers are not in ascending order"},
    {"issuer-length", "the digest of an issuer does not have 32 octets"},
    {"large-m", "a number of an issuer has more than 32 bits"},
    {"inverted", "whether an issuer is inverted is neither 0 nor 1"},
    {"rank", "an issuer's rank is beyond the columns"},
    {"exceptions-count", "an issuer has more exceptions than there is room for"},
    {"words-count", "a column has more words than there is room for"},
    {"words-count-large", "a column has more words than there is room for"},
    {"words-fewer", "there are octets behind its end"},
    {"index-empty", "it begins with neither upkiidx0 nor upkiidx1"},
    {"index-magic", "it begins with neither upkiidx0 nor upkiidx1"},
    {"index-cut", "it ends within its head"},
    {"index-names", "it names more than 256 filters"},
    {"index-logs", "it has more logs than there is room for"},
    {"index-name-slash", "the name of a filter is not one of a file in the folder"},
    {"index-name-dots", "the name of a filter is not one of a file in the folder"},
    {"index-name-dot", "the name of a filter is not one of a file in the folder"},
    {"index-name-nul", "the name of a filter is not one of a file in the folder"},
    {"index-name-space", "the name of a filter is not one of a file in the folder"},
    {"index-name-utf8", "the name of a filter is not one of a file in the folder"},
    {"index-order", "its logs are not in ascending order"},
    {"index-twice", "its logs are not in ascending order"},
    {"index-offset-head", "the entries of a log overlap with what stands before them"},
    {"index-offset-far", "the entries of a log reach beyond its end"},
    {"index-section-cut", "the entries of a log reach beyond its end"},
    {"index-overlap", "the entries of a log overlap with what stands before them"},
    {"index-filter", "an entry refers to a filter that is not named"},
};

static int read_one(const char *kind, struct bytes bytes, const char **whyp)
{
    struct crlite_index index;
    struct crlite_filter filter;
    int r;

    if (strcmp(kind, "index") == 0)
        return crlite_index_read(&index, bytes, whyp);
    r = crlite_filter_init(&filter, bytes, whyp);
    crlite_filter_deinit(&filter);
    return r;
}

static void check_reason(const char *file, const char *kind, const char *why)
{
    const char *name = strcmp(kind, "index") == 0 ? file : file + 3;

    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
        if (strcmp(reasons[i].name, name) != 0)
            continue;
        if (!why || (reasons[i].why && strcmp(why, reasons[i].why) != 0))
            fail(why ? why : "it is not refused", file);
        return;
    }
    fail("no reason is listed for it in this test", file);
}

static void read_file(int folder, const char *file, const char *kind, bool is_good)
{
    struct file_text text = {0};
    const char *why = NULL;
    int r;

    if (file_read(&text, folder, file, CRLITE_FILTER_BYTES) != 0) {
        fail("it cannot be read", file);
        return;
    }
    r = read_one(kind, (struct bytes){.data = text.data, .len = text.len}, &why);
    if (is_good && r != 0)
        fail(why ? why : "no reason", file);
    else if (!is_good && r != CRLITE_INVALID)
        fail("it is not refused", file);
    else if (!is_good)
        check_reason(file, kind, why);
    free(text.data);
}

static size_t refuse_all(void)
{
    char line[4096];
    size_t n = 0;
    FILE *rows;
    int folder;

    folder = open("malformed", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    rows = fopen("malformed/cases.jsonl", "re");
    while (rows && fgets(line, sizeof(line), rows)) {
        json_t *row = json_loads(line, JSON_DECODE_INT_AS_REAL, NULL);

        read_file(folder, get_text(row, "file"), get_text(row, "kind"), false);
        json_decref(row);
        n++;
    }
    if (rows)
        fclose(rows);
    read_file(folder, "good.v3", "filter", true);
    read_file(folder, "good.v4", "filter", true);
    read_file(folder, "good.index", "index", true);
    close(folder);
    printf("malformed: %zu files\n", n);
    return n;
}

int main(void)
{
    const char *vectors = getenv("CERTNAMED_VECTORS"), *top_srcdir = getenv("top_srcdir");
    char root[PATH_MAX];
    bool is_whole;

    if (vectors)
        snprintf(root, sizeof(root), "%s/browser/crlite", vectors);
    else
        snprintf(root, sizeof(root), "%s/../shared/vectors/browser/crlite",
                 top_srcdir ? top_srcdir : ".");
    if (chdir(root) < 0) {
        printf("%s is not there: nothing was compared\n", root);
        return EXIT_SKIP;
    }
    is_whole = compare("many/v3", "index.bin", "many/queries.jsonl") == 183;
    is_whole &= compare("many/v4", "index.bin", "many/queries.jsonl") == 183;
    is_whole &= compare("many/v3", "index0.bin", "many/queries.jsonl") == 183;
    is_whole &= compare("many/v4", "index0.bin", "many/queries.jsonl") == 183;
    is_whole &= compare("real/v3", "index.bin", "real/expect.jsonl") > 0;
    is_whole &= compare("real/v4", "index.bin", "real/expect.jsonl") > 0;
    is_whole &= refuse_all() > 0;
    if (!is_whole)
        fail("a file of rows is not complete", root);
    printf("%zu failures\n", n_failures);
    return n_failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
