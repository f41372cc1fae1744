/* SPDX-License-Identifier: MIT */
#include "base/metrics.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

/* The length of the longest suffix that is added to a family's name. */
#define SUFFIX_BYTES (sizeof("_total") - 1)

/*
 * Cuts the part up to the first `end`, or the whole text without one, off the beginning of *from,
 * and returns that part without `end`.
 */
static struct bytes take_piece(struct bytes *from, char end)
{
    const uint8_t *found = memchr(from->data, end, from->len);
    size_t n = found ? (size_t)(found - from->data) : from->len;
    struct bytes piece = {.data = from->data, .len = n};

    n += found != NULL;
    from->data += n;
    from->len -= n;
    return piece;
}

static bool piece_is(struct bytes piece, const char *text)
{
    return piece.len == strlen(text) && memcmp(piece.data, text, piece.len) == 0;
}

static void add_piece(struct text *out, struct bytes piece)
{
    text_add(out, "%.*s", (int)piece.len, (const char *)piece.data);
}

/*
 * Returns the suffix, of families of this type, that OpenMetrics has on the samples alone and the
 * older format on the lines TYPE and HELP too.
 */
static const char *find_suffix(struct bytes type)
{
    if (piece_is(type, "counter"))
        return "_total";
    return piece_is(type, "info") ? "_info" : "";
}

/*
 * Rewrites a line `# TYPE name type` or `# HELP name text`: appends the suffix of the family's type
 * to the name.
 */
static void write_comment(struct text *out, struct bytes line, const char **suffixp)
{
    struct bytes rest = line;
    struct bytes mark = take_piece(&rest, ' ');
    struct bytes word = take_piece(&rest, ' ');
    struct bytes name = take_piece(&rest, ' ');

    if (!piece_is(mark, "#") || piece_is(word, "EOF") || piece_is(word, "UNIT"))
        return;
    if (piece_is(word, "TYPE"))
        *suffixp = find_suffix(rest);
    text_add(out, "# ");
    add_piece(out, word);
    text_add(out, " ");
    add_piece(out, name);
    text_add(out, "%s ", *suffixp);
    if (piece_is(word, "TYPE") && piece_is(rest, "info"))
        text_add(out, "gauge");
    else
        add_piece(out, rest);
    text_add(out, "\n");
}

static size_t count_lines(struct bytes text)
{
    size_t n = 1;

    for (size_t i = 0; i < text.len; i++)
        n += text.data[i] == '\n';
    return n;
}

char *metrics_to_prometheus(const char *text, size_t len, size_t *lenp)
{
    struct bytes rest = {.data = (const uint8_t *)text, .len = len};
    /* A line can grow by a suffix, by a newline, and by the blank after a name that nothing
     * follows. */
    size_t size = len + count_lines(rest) * (SUFFIX_BYTES + 3) + 1;
    const char *suffix = "";
    struct text written;
    char *out = malloc(size);

    if (!out)
        return NULL;
    text_init(&written, out, size);
    while (rest.len > 0) {
        struct bytes line = take_piece(&rest, '\n');

        if (line.len > 0 && line.data[0] == '#') {
            write_comment(&written, line, &suffix);
        } else {
            add_piece(&written, line);
            text_add(&written, "\n");
        }
    }
    *lenp = written.len;
    return out;
}
