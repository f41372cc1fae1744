/* SPDX-License-Identifier: MIT */
#include "daemon/front/admin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "daemon/front/status.h"
#include "daemon/ipc/settings.h"
#include "daemon/limits.h"
#include "proto/frame.h"
#include "proto/limits.h"

/*
 * The text of a reload's reply is cut to this length, so that the reply does not exceed its limit.
 */
#define RELOADED_BYTES 4096

struct reload_request {
    STAILQ_ENTRY(reload_request) in_list;
    void *owner; /* NULL once the owner is gone */
    uint64_t tag;
};

STAILQ_HEAD(reload_request_list, reload_request);

struct admin {
    struct admin_callbacks callbacks;
    struct status_sources sources;
    uid_t own_uid;
    bool reloading;
    struct reload_request_list waiting; /* requests that the running reload answers */
    /* requests that came while a reload was running, for the reload after that one */
    struct reload_request_list next;
    struct reload_request_list done;   /* requests whose reload has ended */
    struct reload_request_list failed; /* requests whose reload could not be started */
    char facts[LIMIT_FACTS_BYTES];
    char metrics[LIMIT_FACTS_METRICS_BYTES];
    char text[LIMIT_REPLY_BYTES - FRAME_HEADER_BYTES];
};

int admin_new(struct admin **adminp, const struct admin_callbacks *callbacks,
              const struct dispatch *dispatch, const struct monitor *monitor,
              const struct account_table *accounts)
{
    struct admin *admin = calloc(1, sizeof(*admin));

    if (!admin)
        return -ENOMEM;
    admin->callbacks = *callbacks;
    admin->sources = (struct status_sources){
        .dispatch = dispatch,
        .monitor = monitor,
        .accounts = accounts,
        .facts = admin->facts,
        .metrics = admin->metrics,
    };
    admin->own_uid = 0;
    STAILQ_INIT(&admin->waiting);
    STAILQ_INIT(&admin->next);
    STAILQ_INIT(&admin->done);
    STAILQ_INIT(&admin->failed);
    *adminp = admin;
    return 0;
}

static struct reload_request *take_first(struct reload_request_list *list)
{
    struct reload_request *request = STAILQ_FIRST(list);

    if (request)
        STAILQ_REMOVE_HEAD(list, in_list);
    return request;
}

struct admin *admin_free(struct admin *admin)
{
    struct reload_request *request;

    if (!admin)
        return NULL;
    while ((request = take_first(&admin->waiting)) || (request = take_first(&admin->next)))
        free(request);
    free(admin);
    return NULL;
}

void admin_set_own_uid(struct admin *admin, uid_t uid)
{
    admin->own_uid = uid;
}

bool admin_may_ask(const struct admin *admin, uid_t uid)
{
    return uid == 0 || (uid == admin->own_uid && uid != SETTINGS_OVERFLOW_UID);
}

/* --- facts --- */

struct json_scan {
    size_t depth;
    bool in_string;
    bool escaped;
};

/*
 * Scans one more character of a JSON text. Returns false if the character is not printable ASCII,
 * or closes a bracket that is not open.
 */
static bool scan_char(struct json_scan *scan, char c)
{
    if (c < ' ' || c > '~')
        return false;
    if (scan->in_string) {
        if (!scan->escaped && c == '"')
            scan->in_string = false;
        scan->escaped = !scan->escaped && c == '\\';
        return true;
    }
    scan->in_string = c == '"';
    if (c == '{' || c == '[')
        scan->depth++;
    if (c == '}' || c == ']')
        return scan->depth-- > 0;
    return true;
}

/*
 * Returns whether the text is exactly one object, judged by its brackets. A text that closed its
 * object early could add members to the object that it is written into.
 */
static bool is_object(const char *text, size_t len)
{
    struct json_scan scan = {0};

    if (len < 2 || text[0] != '{' || text[len - 1] != '}')
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!scan_char(&scan, text[i]) || (scan.depth == 0 && i + 1 < len))
            return false;
    }
    return scan.depth == 0 && !scan.in_string;
}

/*
 * Returns whether the text consists of whole lines of printable ASCII and does not contain "# EOF",
 * which ends metrics.
 */
static bool is_metrics(const char *text, size_t len)
{
    if (len > 0 && text[len - 1] != '\n')
        return false;
    for (size_t i = 0; i < len; i++) {
        if ((text[i] < ' ' || text[i] > '~') && text[i] != '\n')
            return false;
    }
    return !memmem(text, len, "# EOF", strlen("# EOF"));
}

int admin_set_facts(struct admin *admin, const char *text, size_t len)
{
    const char *end = memchr(text, '\n', len);
    size_t n_object = end ? (size_t)(end - text) : len;
    size_t n_metrics = end ? len - n_object - 1 : 0;

    if (len >= sizeof(admin->facts) || n_metrics >= sizeof(admin->metrics) ||
        !is_object(text, n_object) || !is_metrics(text + len - n_metrics, n_metrics))
        return -EBADMSG;
    memcpy(admin->facts, text, n_object);
    admin->facts[n_object] = '\0';
    memcpy(admin->metrics, text + len - n_metrics, n_metrics);
    admin->metrics[n_metrics] = '\0';
    return 0;
}

/* --- status and metrics --- */

size_t admin_write_status(struct admin *admin, const char **textp)
{
    *textp = admin->text;
    return status_write_json(&admin->sources, admin->text, sizeof(admin->text));
}

size_t admin_write_metrics(struct admin *admin, const char **textp)
{
    *textp = admin->text;
    return status_write_metrics(&admin->sources, admin->text, sizeof(admin->text));
}

/* --- reload --- */

static int ask_supervisor(struct admin *admin)
{
    int r = admin->callbacks.reload(admin->callbacks.context);

    admin->reloading = r == 0;
    return r;
}

int admin_wait_for_reload(struct admin *admin, void *owner, uint64_t tag)
{
    struct reload_request *request = malloc(sizeof(*request));
    int r = 0;

    if (!request)
        return -ENOMEM;
    *request = (struct reload_request){.owner = owner, .tag = tag};
    if (admin->reloading) {
        STAILQ_INSERT_TAIL(&admin->next, request, in_list);
        return 0;
    }
    r = ask_supervisor(admin);
    if (r)
        free(request);
    else
        STAILQ_INSERT_TAIL(&admin->waiting, request, in_list);
    return r;
}

static void answer_all(struct admin *admin, struct reload_request_list *list, bool refused,
                       const char *text, size_t len)
{
    uint8_t payload[1 + RELOADED_BYTES];
    struct reload_request *request;

    if (len > RELOADED_BYTES)
        len = RELOADED_BYTES;
    payload[0] = refused;
    memcpy(payload + 1, text, len);
    while ((request = take_first(list))) {
        void *owner = request->owner;
        uint64_t tag = request->tag;

        free(request);
        if (owner)
            admin->callbacks.answer(owner, tag, payload, 1 + len);
    }
}

void admin_end_reload(struct admin *admin, bool refused, const char *text, size_t len)
{
    static const char lost[] = "the daemon cannot be asked for a reload";

    if (!admin->reloading)
        return;
    admin->reloading = false;
    /* All lists are updated before the first answer is sent, because an answer may close a
     * connection or bring another request for a reload. */
    STAILQ_CONCAT(&admin->done, &admin->waiting);
    STAILQ_CONCAT(&admin->waiting, &admin->next);
    if (!STAILQ_EMPTY(&admin->waiting) && ask_supervisor(admin) < 0)
        STAILQ_CONCAT(&admin->failed, &admin->waiting);
    answer_all(admin, &admin->done, refused, text, len);
    answer_all(admin, &admin->failed, true, lost, sizeof(lost) - 1);
}

static void drop_owner(struct reload_request_list *list, const void *owner)
{
    struct reload_request *request;

    STAILQ_FOREACH(request, list, in_list)
    {
        if (request->owner == owner)
            request->owner = NULL;
    }
}

void admin_abandon(struct admin *admin, const void *owner)
{
    drop_owner(&admin->waiting, owner);
    drop_owner(&admin->next, owner);
    drop_owner(&admin->done, owner);
    drop_owner(&admin->failed, owner);
}
