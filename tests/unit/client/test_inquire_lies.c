/* SPDX-License-Identifier: MIT */
/*
 * Tests of inquiries to a daemon that lies: it sends texts, outcomes of reloads, answers to hello
 * and errors with every bit flipped. The library takes none of them for an acceptance, and a
 * refused reload never for one that is done, unless the byte that says so is the one that changed.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "certname/client.h"
#include "proto/error.h"
#include "proto/frame.h"
#include "proto/hello.h"
#include "tests/unit/client/client_fixture.h"

#define HELLO 0 /* asked with certname_client_hello and not by an inquiry */
/* The number of the bit that makes a done reload of a refused one: the first byte's lowest. */
#define DONE_BIT ((ptrdiff_t)FRAME_HEADER_BYTES * 8)

static const struct lie_row {
    int inquiry;    /* an enum certname_inquiry, or HELLO */
    unsigned error; /* the enum error_code of the reply; 0: it is a text */
    struct bytes payload;
} rows[] = {
    {.inquiry = CERTNAME_STATUS, .payload = BYTES("{\"files-in-force\":false}")},
    {.inquiry = CERTNAME_STATUS, .payload = BYTES("")},
    {.inquiry = CERTNAME_STATUS, .error = ERROR_FORBIDDEN},
    {.inquiry = CERTNAME_METRICS, .payload = BYTES("certnamed_x 1\n# EOF\n")},
    {.inquiry = CERTNAME_METRICS, .error = ERROR_BUSY},
    {.inquiry = CERTNAME_RELOAD, .payload = BYTES("\0generation 4 is in force")},
    {.inquiry = CERTNAME_RELOAD, .payload = BYTES("\1x.conf:3: unknown key")},
    {.inquiry = CERTNAME_RELOAD, .error = ERROR_INTERNAL},
    {.inquiry = HELLO},
    {.inquiry = HELLO, .error = ERROR_UNKNOWN_KIND},
};

/* The reply that the fake daemon sends next, in memory that it shares with the test. */
struct lie {
    const struct lie_row *row;
    ptrdiff_t bit; /* the bit that is flipped; -1: none */
    ptrdiff_t n;   /* filled in by the fake daemon: the length of the reply in bytes */
};

static size_t write_payload(uint8_t *out, const struct lie_row *row)
{
    struct hello sample;

    if (row->inquiry == HELLO) {
        hello_init(&sample);
        sample.release = BYTES("1.2.3");
        return hello_write(out, &sample);
    }
    memcpy(out, row->payload.data, row->payload.len);
    return row->payload.len;
}

/* Sends the reply and closes, so that a length that was flipped is not waited for. */
static ptrdiff_t answer(uint8_t out[static FAKE_FRAME_BYTES], const struct fake_question *question,
                        const void *context)
{
    struct lie *lie = *(struct lie *const *)context;
    size_t n;

    if (lie->row->error) {
        lie->n = (ptrdiff_t)error_write_frame(out, question->tag, (enum error_code)lie->row->error,
                                              "no");
    } else {
        n = write_payload(out + FRAME_HEADER_BYTES, lie->row);
        frame_write_header(out, (uint8_t)(question->kind + 128), question->tag, n);
        lie->n = (ptrdiff_t)(FRAME_HEADER_BYTES + n);
    }
    if (lie->bit >= 0)
        out[lie->bit / 8] ^= (uint8_t)(1 << (lie->bit % 8));
    return -lie->n - 1;
}

static int ask_hello(struct certname_client *client)
{
    struct certname_hello *hello = NULL;
    int r = certname_client_hello(client, &hello);

    ck_assert_int_eq(r == 0, hello != NULL);
    if (hello)
        ck_assert_uint_eq(certname_hello_version(hello, 0), 1);
    (void)certname_hello_free(hello);
    return r;
}

static int inquire(struct certname_client *client, enum certname_inquiry inquiry)
{
    char *text = NULL;
    int r = certname_inquire(client, inquiry, &text);

    ck_assert_int_eq(r == 0, text != NULL);
    free(text);
    return r;
}

static int ask(const char *path, const struct lie_row *row)
{
    struct certname_client *client = client_new_at(path, 5000);
    int r = row->inquiry == HELLO ? ask_hello(client)
                                  : inquire(client, (enum certname_inquiry)row->inquiry);

    ck_assert_int_le(r, 0);
    ck_assert_int_ne(r, CERTNAME_ERR_TIMEOUT);
    ck_assert_int_eq(certname_accepts(r, CERTNAME_NAME_MATCHES), 0);
    ck_assert_int_eq(r == 0, certname_client_error(client)[0] == '\0');
    (void)certname_client_free(client);
    return r;
}

START_TEST(test_flips)
{
    struct lie *lie = mmap(NULL, sizeof(*lie), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                           -1, 0);
    long before = client_open_descriptors();
    struct fake_daemon daemon;
    int expected;

    ck_assert_ptr_ne(lie, MAP_FAILED);
    *lie = (struct lie){.row = &rows[_i], .bit = -1};
    fake_daemon_start(&daemon, (uid_t)-1, false, answer, &lie);
    expected = ask(daemon.path, lie->row);
    ck_assert_int_gt(lie->n, 0);
    for (lie->bit = 0; lie->bit < lie->n * 8; lie->bit++) {
        int r = ask(daemon.path, lie->row);

        ck_assert_msg(expected == 0 || r != 0 ||
                          (expected == CERTNAME_ERR_RELOAD && lie->bit == DONE_BIT),
                      "bit %td", lie->bit);
    }
    fake_daemon_stop(&daemon);
    ck_assert_int_eq(client_open_descriptors(), before);
    (void)munmap(lie, sizeof(*lie));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client-inquire-lies");
    TCase *tests = tcase_create("client-inquire-lies");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_set_timeout(tests, 600);
    tcase_add_loop_test(tests, test_flips, 0, (int)N_ELEMENTS(rows));
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
