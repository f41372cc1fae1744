/* SPDX-License-Identifier: MIT */
/*
 * The dialogue is not authenticated, so the server's lines only decide whether TLS begins. Bytes
 * that arrive behind the server's last line are an error: an attacker in between can inject them,
 * and a program that read on would take them for data protected by TLS.
 */
#include "client/ctl/starttls.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "client/ctl/wait.h"

/* The longest line that is read; SMTP and IMAP allow only shorter ones. */
#define LINE_BYTES_MAX 4096
/* The largest number of lines in one answer. An answer to EHLO lists a few dozen extensions. */
#define LINES_COUNT_MAX 128
/* The number of bytes of a server's line that an error message quotes. */
#define SHOWN_BYTES 100

struct dialogue {
    int fd;
    int64_t deadline_ms;
    const struct target *target;
    struct target_error *error;
    char buffer[LINE_BYTES_MAX];
    size_t n;       /* bytes in the buffer */
    size_t n_taken; /* bytes of the buffer that `line` was copied from; the next read_line() removes
                       them */
    char line[LINE_BYTES_MAX + 1]; /* the line that was read last, as a string without its CR LF */
};

static int refuse(struct dialogue *dialogue, const char *what)
{
    return target_fail(dialogue->error, dialogue->target, "starttls", "%s", what);
}

static int refuse_line(struct dialogue *dialogue, const char *what)
{
    return target_fail(dialogue->error, dialogue->target, "starttls", "%s: it answered `%.*s`",
                       what, SHOWN_BYTES, dialogue->line);
}

static int refuse_errno(struct dialogue *dialogue, int errnum)
{
    if (errnum == ETIMEDOUT)
        return refuse(dialogue, "it did not answer in time: is that the protocol of this port?");
    return target_fail(dialogue->error, dialogue->target, "starttls",
                       "the connection broke before TLS (%s)", strerror(errnum));
}

/* --- lines --- */

static int fill_buffer(struct dialogue *dialogue)
{
    for (;;) {
        ssize_t n;
        int r = wait_for(dialogue->fd, POLLIN, dialogue->deadline_ms);

        if (r)
            return refuse_errno(dialogue, -r);
        n = recv(dialogue->fd, dialogue->buffer + dialogue->n,
                 sizeof(dialogue->buffer) - dialogue->n, 0);
        if (n > 0) {
            dialogue->n += (size_t)n;
            return 0;
        }
        if (n == 0 || (errno != EAGAIN && errno != EINTR))
            return refuse_errno(dialogue, n == 0 ? ECONNRESET : errno);
    }
}

static int take_line(struct dialogue *dialogue, size_t len)
{
    memcpy(dialogue->line, dialogue->buffer, len);
    dialogue->n_taken = len + 1;
    if (memchr(dialogue->line, '\0', len))
        return refuse(dialogue, "it sent a NUL in a line");
    if (len > 0 && dialogue->line[len - 1] == '\r')
        len--;
    dialogue->line[len] = '\0';
    return 0;
}

static int read_line(struct dialogue *dialogue)
{
    const char *newline;
    int r;

    dialogue->n -= dialogue->n_taken;
    memmove(dialogue->buffer, dialogue->buffer + dialogue->n_taken, dialogue->n);
    dialogue->n_taken = 0;
    while (!(newline = memchr(dialogue->buffer, '\n', dialogue->n))) {
        if (dialogue->n == sizeof(dialogue->buffer))
            return refuse(dialogue, "it sent an overlong line");
        r = fill_buffer(dialogue);
        if (r)
            return r;
    }
    return take_line(dialogue, (size_t)(newline - dialogue->buffer));
}

static int send_line(struct dialogue *dialogue, const char *line)
{
    size_t len = strlen(line);

    while (len > 0) {
        ssize_t n = send(dialogue->fd, line, len, MSG_NOSIGNAL);
        int r = 0;

        if (n > 0) {
            line += n;
            len -= (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            r = wait_for(dialogue->fd, POLLOUT, dialogue->deadline_ms);
        } else if (n < 0 && errno != EINTR) {
            r = -errno;
        }
        if (r)
            return refuse_errno(dialogue, -r);
    }
    return 0;
}

/* --- SMTP --- */

/*
 * Reads an SMTP reply, which may have several lines, and checks that each begins with `code`. Sets
 * *offersp if one of them offers STARTTLS. `what` names the command that the reply answers, for the
 * error.
 */
static int read_answer(struct dialogue *dialogue, const char *code, const char *what, bool *offersp)
{
    for (int i = 0; i < LINES_COUNT_MAX; i++) {
        int r = read_line(dialogue);

        if (r)
            return r;
        if (strncmp(dialogue->line, code, 3) != 0)
            return refuse_line(dialogue, what);
        if (dialogue->line[3] != '\0' && strcasecmp(dialogue->line + 4, "STARTTLS") == 0)
            *offersp = true;
        if (dialogue->line[3] != '-')
            return 0;
    }
    return refuse(dialogue, "its answer has too many lines");
}

static int start_smtp(struct dialogue *dialogue)
{
    bool offers = false;
    bool ignored = false;
    int r = read_answer(dialogue, "220", "it does not greet like a mail server", &ignored);

    if (!r)
        r = send_line(dialogue, "EHLO localhost\r\n");
    if (!r)
        r = read_answer(dialogue, "250", "it refuses EHLO", &offers);
    if (!r && !offers)
        r = refuse(dialogue,
                   "it does not offer STARTTLS: try without --starttls if TLS begins at once");
    if (!r)
        r = send_line(dialogue, "STARTTLS\r\n");
    return r ? r : read_answer(dialogue, "220", "it refuses STARTTLS", &ignored);
}

/* --- IMAP --- */

static int read_tagged(struct dialogue *dialogue)
{
    for (int i = 0; i < LINES_COUNT_MAX; i++) {
        int r = read_line(dialogue);

        if (r)
            return r;
        if (strncasecmp(dialogue->line, "a1 OK", 5) == 0)
            return 0;
        if (strncmp(dialogue->line, "* ", 2) != 0)
            return refuse_line(dialogue, "it refuses STARTTLS");
    }
    return refuse(dialogue, "its answer has too many lines");
}

static int start_imap(struct dialogue *dialogue)
{
    int r = read_line(dialogue);

    if (!r && strncasecmp(dialogue->line, "* OK", 4) != 0)
        r = refuse_line(dialogue, "it does not greet like an IMAP server");
    if (!r)
        r = send_line(dialogue, "a1 STARTTLS\r\n");
    return r ? r : read_tagged(dialogue);
}

int starttls(const char *protocol, int fd, const struct target *target, int64_t deadline_ms,
             struct target_error *error)
{
    struct dialogue dialogue = {
        .fd = fd,
        .deadline_ms = deadline_ms,
        .target = target,
        .error = error,
    };
    int r = strcmp(protocol, "imap") == 0 ? start_imap(&dialogue) : start_smtp(&dialogue);

    if (!r && dialogue.n > dialogue.n_taken)
        r = refuse(&dialogue, "it sent more clear text after it agreed to TLS: somebody may be "
                              "tampering with the connection");
    return r;
}
