/* SPDX-License-Identifier: MIT */
#include "daemon/front/audit.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/ipc/note.h"
#include "daemon/limits.h"

struct audit {
    struct account_queue suppressed; /* the accounts that have suppressed lines */
    struct event *flush_timer;
};

static void log_suppressed(struct audit *audit, struct account *account)
{
    assert(account->n_log_suppressed > 0);
    log_info("uid %u: %u more answers were not logged: a uid gets %d lines a second", account->uid,
             account->n_log_suppressed, LIMIT_LOG_LINES_PER_UID_COUNT);
    account->n_log_suppressed = 0;
    TAILQ_REMOVE(&audit->suppressed, account, in_suppressed);
    account_release(account, ACCOUNT_LOG_ENTRY, 1);
}

static void on_flush(evutil_socket_t socket, short events, void *context)
{
    struct audit *audit = context;

    (void)socket;
    (void)events;
    while (!TAILQ_EMPTY(&audit->suppressed))
        log_suppressed(audit, TAILQ_FIRST(&audit->suppressed));
}

int audit_new(struct audit **auditp, struct event_base *base)
{
    struct audit *audit = calloc(1, sizeof(*audit));

    if (!audit)
        return -ENOMEM;
    TAILQ_INIT(&audit->suppressed);
    audit->flush_timer = event_new(base, -1, 0, on_flush, audit);
    if (!audit->flush_timer) {
        audit_free(audit);
        return -ENOMEM;
    }
    *auditp = audit;
    return 0;
}

struct audit *audit_free(struct audit *audit)
{
    if (!audit)
        return NULL;
    while (!TAILQ_EMPTY(&audit->suppressed))
        log_suppressed(audit, TAILQ_FIRST(&audit->suppressed));
    if (audit->flush_timer)
        event_free(audit->flush_timer);
    free(audit);
    return NULL;
}

static void suppress(struct audit *audit, struct account *account)
{
    const struct timeval second = {.tv_sec = 1};

    if (TAILQ_EMPTY(&audit->suppressed))
        event_add(audit->flush_timer, &second);
    if (account->n_log_suppressed++ == 0) {
        TAILQ_INSERT_TAIL(&audit->suppressed, account, in_suppressed);
        account_charge(account, ACCOUNT_LOG_ENTRY, 1);
    }
}

void audit_log(struct audit *audit, struct account *account, const char *text, size_t n,
               bool is_hit)
{
    int64_t second = clock_now_ms() / 1000;
    char line[NOTE_AUDIT_BYTES];

    if (account->log_second != second) {
        account->log_second = second;
        account->n_log_lines = 0;
    }
    if (account->n_log_lines >= LIMIT_LOG_LINES_PER_UID_COUNT) {
        suppress(audit, account);
        return;
    }
    account->n_log_lines++;
    if (n >= sizeof(line))
        n = sizeof(line) - 1;
    for (size_t i = 0; i < n; i++)
        line[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    line[n] = '\0';
    log_info("uid %u: %s%s", account->uid, line, is_hit ? " (remembered)" : "");
}
