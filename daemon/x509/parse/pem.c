/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/pem.h"

#include <string.h>

static const char begin[] = "-----BEGIN ", finish[] = "-----END ", dashes[] = "-----";

static bool starts_with(struct bytes line, const char *text, size_t len)
{
    return line.len >= len && memcmp(line.data, text, len) == 0;
}

static bool is_blank(uint8_t c)
{
    return c == '\r' || c == ' ' || c == '\t';
}

static bool take_line(struct pem *pem, struct bytes *line)
{
    const uint8_t *end;

    if (pem->at == pem->end)
        return false;
    end = memchr(pem->at, '\n', (size_t)(pem->end - pem->at));
    *line = (struct bytes){.data = pem->at, .len = (size_t)((end ? end : pem->end) - pem->at)};
    pem->at = end ? end + 1 : pem->end;
    pem->n_lines++;
    while (line->len > 0 && is_blank(line->data[line->len - 1]))
        line->len--;
    return true;
}

/*
 * Reads the label of a line that consists of `text`, the label, and dashes. Returns false if the
 * line is not like that.
 */
static bool read_label(struct bytes line, const char *text, size_t len, struct bytes *labelp)
{
    size_t n_around = len + sizeof(dashes) - 1;

    if (!starts_with(line, text, len) || line.len < n_around ||
        memcmp(line.data + line.len - (sizeof(dashes) - 1), dashes, sizeof(dashes) - 1) != 0)
        return false;
    *labelp = (struct bytes){.data = line.data + len, .len = line.len - n_around};
    return true;
}

/* For each base64 character its value plus one, RFC 4648 section 4; 0 for every other character. */
static const uint8_t values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

/* The state of a base64 decoder that is given a text line by line. */
struct decoder {
    uint8_t *out;
    size_t n_out, len;
    uint32_t bits;
    unsigned n_bits;
    unsigned n_characters;
    unsigned n_padding;
};

/*
 * Decodes the whole groups of four characters, without padding, at the beginning of the line.
 * Returns the number of characters that were decoded.
 */
static size_t decode_groups(struct decoder *decoder, struct bytes line)
{
    uint8_t *out = decoder->out + decoder->len;
    size_t n_groups = line.len / 4, n_room = (decoder->n_out - decoder->len) / 3, at = 0;

    if (decoder->n_bits != 0 || decoder->n_padding != 0)
        return 0;
    if (n_groups > n_room)
        n_groups = n_room;
    for (; n_groups > 0; n_groups--, at += 4, out += 3) {
        const uint8_t *c = line.data + at;
        unsigned a = values[c[0]], b = values[c[1]], d = values[c[2]], e = values[c[3]];
        uint32_t bits = (a - 1) << 18 | (b - 1) << 12 | (d - 1) << 6 | (e - 1);

        if (a == 0 || b == 0 || d == 0 || e == 0)
            break;
        out[0] = (uint8_t)(bits >> 16);
        out[1] = (uint8_t)(bits >> 8);
        out[2] = (uint8_t)bits;
    }
    decoder->len = (size_t)(out - decoder->out);
    decoder->n_characters += (unsigned)at;
    return at;
}

static bool decode_line(struct decoder *decoder, struct bytes line)
{
    for (size_t i = decode_groups(decoder, line); i < line.len; i++) {
        unsigned value = values[line.data[i]];

        decoder->n_characters++;
        if (line.data[i] == '=' && decoder->n_padding < 2) {
            decoder->n_padding++;
            continue;
        }
        if (value == 0 || decoder->n_padding > 0)
            return false;
        decoder->bits = decoder->bits << 6 | (value - 1);
        decoder->n_bits += 6;
        if (decoder->n_bits < 8)
            continue;
        if (decoder->len == decoder->n_out)
            return false;
        decoder->n_bits -= 8;
        decoder->out[decoder->len++] = (uint8_t)(decoder->bits >> decoder->n_bits);
    }
    return true;
}

/*
 * Returns whether the characters were whole groups of four, and the unused bits at the end are
 * zero.
 */
static bool is_complete(const struct decoder *decoder)
{
    uint32_t left = decoder->bits & ((1u << decoder->n_bits) - 1);

    return decoder->n_characters % 4 == 0 && left == 0 && decoder->len > 0;
}

/*
 * Skips headers as in RFC 1421 section 4.6, which encrypted private keys have and which an empty
 * line ends. Returns false if the text ends before the empty line.
 */
static bool skip_headers(struct pem *pem)
{
    struct pem ahead = *pem;
    struct bytes line;

    if (!take_line(&ahead, &line) || line.len == 0 || !memchr(line.data, ':', line.len))
        return true;
    while (take_line(&ahead, &line)) {
        if (line.len == 0) {
            *pem = ahead;
            return true;
        }
    }
    return false;
}

/*
 * Returns whether a line that begins like the first line of a block is a comment: it has no dashes
 * after its words.
 */
static bool is_comment(struct bytes line)
{
    return !memchr(line.data + sizeof(begin) - 1, '-', line.len - (sizeof(begin) - 1));
}

/*
 * Returns whether a line contains the END of a block and, directly behind it, the BEGIN of another
 * block. If so, the reader is moved to that BEGIN.
 */
static bool is_glued(struct pem *pem, struct bytes line)
{
    const uint8_t *next;

    if (!starts_with(line, finish, sizeof(finish) - 1))
        return false;
    next = memmem(line.data, line.len, begin, sizeof(begin) - 1);
    if (!next)
        return false;
    pem->at = next;
    pem->n_lines--;
    return true;
}

/* Returns whether a block would begin in this line if there were no white space before it. */
static bool is_indented(struct bytes line)
{
    struct bytes label;
    size_t n_blanks = 0;

    while (n_blanks < line.len && is_blank(line.data[n_blanks]))
        n_blanks++;
    line.data += n_blanks;
    line.len -= n_blanks;
    return n_blanks > 0 && read_label(line, begin, sizeof(begin) - 1, &label);
}

static enum pem_next read_body(struct pem *pem, struct pem_block *block, uint8_t *out, size_t n_out)
{
    struct decoder decoder = {.out = out, .n_out = n_out};
    struct bytes line, label;

    if (!skip_headers(pem))
        return PEM_BROKEN;
    while (take_line(pem, &line)) {
        if (is_glued(pem, line)) {
            block->line = pem->n_lines + 1;
            return PEM_GLUED;
        }
        if (read_label(line, finish, sizeof(finish) - 1, &label)) {
            block->len = decoder.len;
            return bytes_equal(label, block->label) && is_complete(&decoder) ? PEM_BLOCK
                                                                             : PEM_BROKEN;
        }
        if (!decode_line(&decoder, line))
            return PEM_BROKEN;
    }
    return PEM_BROKEN;
}

bool pem_is_text(const uint8_t *text, size_t len)
{
    return memmem(text, len, begin, sizeof(begin) - 1) != NULL;
}

void pem_init(struct pem *pem, const uint8_t *text, size_t len)
{
    static const char mark[] = "\xef\xbb\xbf"; /* UTF-8's byte order mark */
    size_t n_mark = len >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;

    *pem = (struct pem){.at = text + n_mark, .end = text + len};
}

enum pem_next pem_read(struct pem *pem, struct pem_block *block, uint8_t *out, size_t n_out)
{
    struct bytes line;

    while (take_line(pem, &line)) {
        block->line = pem->n_lines;
        block->len = 0;
        if (is_indented(line))
            return PEM_INDENTED;
        if (!starts_with(line, begin, sizeof(begin) - 1) || is_comment(line))
            continue;
        if (!read_label(line, begin, sizeof(begin) - 1, &block->label))
            return PEM_BROKEN;
        return read_body(pem, block, out, n_out);
    }
    return PEM_END;
}

const char *pem_problem(enum pem_next next)
{
    switch (next) {
    case PEM_GLUED:
        return "END and BEGIN stand on one line: begin a new line between them";
    case PEM_INDENTED:
        return "white space stands before BEGIN, so that this block is not read: remove it";
    default:
        return "this block cannot be decoded";
    }
}

bool pem_label_is(const struct pem_block *block, const char *label, size_t len)
{
    return block->label.len == len && memcmp(block->label.data, label, len) == 0;
}
