/* SPDX-License-Identifier: MIT */
#include "daemon/policy/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "daemon/policy/error.h"

static const char byte_order_mark[] = {'\xef', '\xbb', '\xbf'};
static const char end_option[] = "\n" POLICY_TEXT_END " = 1\n";

/*
 * The state of policy_text_scrub, which works in place: n_written never exceeds `at`, so that
 * nothing unread is overwritten.
 */
struct text_scan {
    char *text;
    size_t len;
    size_t at;
    size_t n_written;
    size_t word_len; /* bytes of the unquoted word that ends before `at` */
    unsigned line;
    unsigned fault_line; /* the line to name in an error; for a comment or string, the line at which
                            it begins */
};

struct forbidden_character {
    char character;
    const char *text;
};

/* No value needs these characters, and libconfuse would interpret each of them. */
static const struct forbidden_character everywhere[] = {
    {'$', "a dollar sign: nothing is taken from the environment, write the value itself"},
    {'\\', "a backslash: no name or value has one, take it out"},
    {'|', "a vertical bar: no name or value has one, take it out"},
};

static const struct forbidden_character outside_strings[] = {
    {'*', "a star outside quotes: a domain is given without one, and \"subdomains = one\" or "
          "\"subdomains = all\" says how deep its section reaches"},
    {'+', "a plus sign outside quotes: put a pin in quotes, and give a list once, with \"=\""},
    {'(', "a parenthesis: there are no functions, and nothing is included"},
};

static const char *find_forbidden(const struct forbidden_character *forbidden, size_t n_forbidden,
                                  char c)
{
    for (size_t i = 0; i < n_forbidden; i++)
        if (forbidden[i].character == c)
            return forbidden[i].text;
    return NULL;
}

static char peek(const struct text_scan *scan, size_t ahead)
{
    return scan->at + ahead < scan->len ? scan->text[scan->at + ahead] : '\0';
}

static bool is_control(char c)
{
    return ((unsigned char)c < ' ' && c != '\t') || c == 0x7f;
}

static void keep(struct text_scan *scan)
{
    scan->text[scan->n_written++] = scan->text[scan->at++];
}

static void blank(struct text_scan *scan)
{
    scan->word_len = 0;
    if (scan->text[scan->at] == '\n') {
        scan->line++;
        keep(scan);
        return;
    }
    scan->at++;
    if (scan->n_written == 0 || scan->text[scan->n_written - 1] != ' ')
        scan->text[scan->n_written++] = ' ';
}

static const char *scan_line_comment(struct text_scan *scan)
{
    while (scan->at < scan->len && scan->text[scan->at] != '\n')
        blank(scan);
    return NULL;
}

static const char *scan_block_comment(struct text_scan *scan)
{
    blank(scan);
    blank(scan);
    while (scan->at < scan->len && !(peek(scan, 0) == '*' && peek(scan, 1) == '/'))
        blank(scan);
    if (scan->at == scan->len)
        return "a comment that begins here never ends: close it with \"*/\" (was the file cut "
               "off?)";
    blank(scan);
    blank(scan);
    return NULL;
}

static const char *find_string_fault(char c)
{
    const char *fault = find_forbidden(everywhere, sizeof(everywhere) / sizeof(everywhere[0]), c);

    if (!fault && c == '\n')
        fault = "a string does not end in the line in which it begins: close its quotes";
    if (!fault && is_control(c))
        fault = "a control character in a string: take it out";
    return fault;
}

static const char *scan_string(struct text_scan *scan)
{
    char quote = scan->text[scan->at];
    size_t start = scan->at;
    const char *fault = NULL;

    scan->word_len = 0;
    keep(scan);
    while (!fault && scan->at < scan->len && scan->text[scan->at] != quote) {
        fault = find_string_fault(scan->text[scan->at]);
        keep(scan);
    }
    if (fault)
        return fault;
    if (scan->at == scan->len)
        return "a string that begins here never ends: close its quotes (was the file cut off?)";
    if (scan->at - start - 1 > POLICY_VALUE_BYTES)
        return "a string is too long: no name or value needs so much";
    keep(scan);
    return NULL;
}

static const char *scan_word(struct text_scan *scan)
{
    char c = scan->text[scan->at];
    const char *fault = find_forbidden(everywhere, sizeof(everywhere) / sizeof(everywhere[0]), c);

    if (!fault)
        fault = find_forbidden(outside_strings,
                               sizeof(outside_strings) / sizeof(outside_strings[0]), c);
    if (fault)
        return fault;
    if (is_control(c))
        return "a control character: take it out";
    scan->word_len = strchr("{}=,", c) ? 0 : scan->word_len + 1;
    if (scan->word_len > POLICY_VALUE_BYTES)
        return "a word is too long: no name or value needs so much";
    keep(scan);
    return NULL;
}

static bool is_blank_next(const struct text_scan *scan)
{
    char c = peek(scan, 0);

    return c == ' ' || c == '\t' || c == '\n' || (c == '\r' && peek(scan, 1) == '\n');
}

static const char *scan_next(struct text_scan *scan)
{
    char c = peek(scan, 0);
    char next = peek(scan, 1);

    if (c == '#' || (c == '/' && next == '/'))
        return scan_line_comment(scan);
    if (c == '/' && next == '*')
        return scan_block_comment(scan);
    if (c == '"' || c == '\'')
        return scan_string(scan);
    if (!is_blank_next(scan))
        return scan_word(scan);
    blank(scan);
    return NULL;
}

static const char *scan_text(struct text_scan *scan)
{
    const char *fault = NULL;

    while (!fault && scan->at < scan->len) {
        scan->fault_line = scan->line;
        fault = scan_next(scan);
    }
    return fault;
}

static const char *scan_encoding(struct text_scan *scan)
{
    if (scan->len >= sizeof(byte_order_mark) &&
        memcmp(scan->text, byte_order_mark, sizeof(byte_order_mark)) == 0)
        return "a byte order mark: save the file as UTF-8 without one";
    for (size_t at = 0, n; at < scan->len; at += n) {
        uint32_t code = 0;

        n = utf8_next((const uint8_t *)scan->text + at, scan->len - at, &code);
        if (n == 0)
            return "this is not UTF-8: save the file as UTF-8";
        if (code == 0)
            return "a NUL byte: a configuration is text";
        /* C1 control characters (U+0080 to U+009F), which a terminal may obey. is_control finds
         * those of ASCII. */
        if (code >= 0x80 && code < 0xa0)
            return "a control character: take it out";
        scan->fault_line += code == '\n';
    }
    return NULL;
}

int policy_text_scrub(char **textp, unsigned *end_linep, const char *file, const char *raw,
                      size_t len, struct policy_error *error)
{
    struct text_scan scan = {.len = len, .line = 1, .fault_line = 1};
    const char *fault;

    if (len > POLICY_FILE_BYTES)
        return policy_error_set(error, file, 0, "the configuration is larger than %u MiB",
                                POLICY_FILE_BYTES >> 20);
    scan.text = malloc(len + sizeof(end_option));
    if (!scan.text)
        return -ENOMEM;
    if (len > 0)
        memcpy(scan.text, raw, len);

    fault = scan_encoding(&scan);
    if (!fault)
        fault = scan_text(&scan);
    if (fault) {
        free(scan.text);
        return policy_error_set(error, file, scan.fault_line, "%s", fault);
    }
    memcpy(scan.text + scan.n_written, end_option, sizeof(end_option));
    *textp = scan.text;
    *end_linep = scan.line + 1;
    return 0;
}

/* Returns the position behind a string. A scrubbed string holds no escapes, so it ends at the next
 * quote. */
static const char *skip_string(const char *at)
{
    const char *end = strchr(at + 1, *at);

    return end ? end + 1 : at + strlen(at);
}

struct policy_text_section policy_text_next(struct policy_text_cursor *cursor)
{
    struct policy_text_section section = {.n_assigned = 0};
    const char *at = cursor->at + strspn(cursor->at, " \t\r\n");
    unsigned depth = 0;
    bool closed = false;

    for (const char *c = cursor->at; c < at; c++)
        cursor->line += *c == '\n';
    section.line = cursor->line;
    while (*at != '\0' && !closed) {
        cursor->line += *at == '\n';
        section.n_assigned += *at == '=';
        depth += *at == '{';
        if (*at == '}' && depth > 0)
            closed = --depth == 0;
        at = *at == '"' || *at == '\'' ? skip_string(at) : at + 1;
    }
    cursor->at = at;
    return section;
}
