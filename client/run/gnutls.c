/* SPDX-License-Identifier: MIT */
/*
 * Replacements for functions of GnuTLS. A client's server is judged after GnuTLS has verified it,
 * in gnutls_certificate_verify_peers(), which GnuTLS's similar functions call.
 */

#include "client/run/gnutls_api.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/run/gnutls_sessions.h"
#include "client/run/judge.h"
#include "client/run/preload.h"
#include "client/run/real.h"
#include "client/run/reason.h"

#define CALLER __builtin_return_address(0)
/* Defines `real` as a pointer to the function of this name in GnuTLS. */
#define REAL(type, name) type *real = (type *)(uintptr_t)real_find(CALLER, name)

/* --- sessions --- */

typedef int init_fn(gnutls_session_t *sessionp, unsigned flags);

INTERPOSE int gnutls_init(gnutls_session_t *sessionp, unsigned flags)
{
    REAL(init_fn, "gnutls_init");
    int r = real ? real(sessionp, flags) : GNUTLS_ERROR_MEMORY;

    if (r == 0 && (flags & GNUTLS_INIT_SERVER))
        gnutls_sessions_add_server(*sessionp);
    return r;
}

typedef void deinit_fn(gnutls_session_t session);

INTERPOSE void gnutls_deinit(gnutls_session_t session)
{
    REAL(deinit_fn, "gnutls_deinit");

    gnutls_sessions_drop(session);
    if (real)
        real(session);
}

typedef int server_name_set_fn(gnutls_session_t session, int type, const void *name, size_t len);

INTERPOSE int gnutls_server_name_set(gnutls_session_t session, int type, const void *name,
                                     size_t len)
{
    REAL(server_name_set_fn, "gnutls_server_name_set");
    int r = real ? real(session, type, name, len) : GNUTLS_ERROR_MEMORY;

    if (r == 0 && type == GNUTLS_NAME_HOST && !gnutls_sessions_set_name(session, name, len))
        return GNUTLS_ERROR_MEMORY;
    return r;
}

typedef int set_data_fn(gnutls_session_t session, const void *data, size_t len);

/*
 * Ignores the session that a client wants to resume, and reports success, so that the handshake is
 * done in full. GnuTLS would not verify a resumed session again, although the policy may have
 * changed in the meantime.
 */
INTERPOSE int gnutls_session_set_data(gnutls_session_t session, const void *data, size_t len)
{
    REAL(set_data_fn, "gnutls_session_set_data");

    if (!real)
        return GNUTLS_ERROR_MEMORY;
    return preload_get()->report ? real(session, data, len) : 0;
}

/* --- verification --- */

/* The memory that the names of one question point into. */
struct name_memory {
    char text[SERVER_NAMES_COUNT][256];
    char *sent; /* owned: the name that the client sent to the server */
};

static void add_typed(struct tls_server *server, struct name_memory *memory,
                      const gnutls_typed_vdata_st *data)
{
    size_t len = data->size > 0 || data->type == GNUTLS_VDATA_ADDRESS
                     ? data->size
                     : strlen((const char *)data->data);
    char *text = memory->text[server->n_names];

    if (data->type == GNUTLS_VDATA_ADDRESS) {
        if ((len != 4 && len != 16) ||
            !inet_ntop(len == 4 ? AF_INET : AF_INET6, data->data, text, sizeof(memory->text[0])))
            return;
    } else {
        if (len == 0 || len >= sizeof(memory->text[0]))
            return;
        memcpy(text, data->data, len);
        text[len] = 0;
    }
    server->names[server->n_names++] = text;
}

/*
 * Adds the names that the program has GnuTLS compare; if there are none, the name that the client
 * sent to the server.
 */
static void add_names(struct tls_server *server, struct name_memory *memory,
                      gnutls_session_t session, const gnutls_typed_vdata_st *data,
                      unsigned elements)
{
    for (unsigned i = 0; data && i < elements && server->n_names < SERVER_NAMES_COUNT; i++) {
        if (data[i].data &&
            (data[i].type == GNUTLS_VDATA_HOSTNAME || data[i].type == GNUTLS_VDATA_ADDRESS))
            add_typed(server, memory, &data[i]);
    }
    if (server->n_names > 0)
        return;
    memory->sent = gnutls_sessions_name(session);
    if (memory->sent)
        server->names[server->n_names++] = memory->sent;
}

typedef const gnutls_datum_t *get_peers_fn(gnutls_session_t session, unsigned *np);
typedef int certificate_type_fn(gnutls_session_t session);

static void add_chain(struct tls_server *server, const void *caller, gnutls_session_t session)
{
    get_peers_fn *get_peers = (get_peers_fn *)(uintptr_t)real_find(caller,
                                                                   "gnutls_certificate_get_peers");
    unsigned n = 0;
    const gnutls_datum_t *list = get_peers ? get_peers(session, &n) : NULL;

    for (unsigned i = 0; list && i < n && i < SERVER_CERTIFICATES_COUNT; i++)
        server->chain[server->n_chain++] = (struct certname_bytes){list[i].data, list[i].size};
}

typedef int verify_peers_fn(gnutls_session_t session, gnutls_typed_vdata_st *data,
                            unsigned elements, unsigned *statusp);

INTERPOSE int gnutls_certificate_verify_peers(gnutls_session_t session, gnutls_typed_vdata_st *data,
                                              unsigned elements, unsigned *statusp)
{
    REAL(verify_peers_fn, "gnutls_certificate_verify_peers");
    struct tls_server server = {.type = CERTNAME_HOST};
    struct name_memory memory = {0};
    char reason[JUDGE_REASON_BYTES];
    int r = real ? real(session, data, elements, statusp) : GNUTLS_ERROR_CERTIFICATE;

    reason_remember("");
    if (r < 0 || *statusp != 0 || gnutls_sessions_is_server(session))
        return r;
    add_chain(&server, CALLER, session);
    add_names(&server, &memory, session, data, elements);
    if (judge_server(&server, reason) != JUDGED_ACCEPTED) {
        *statusp |= GNUTLS_STATUS_INVALID;
        reason_remember(reason);
    }
    free(memory.sent);
    return r;
}

/* --- text --- */

typedef int status_print_fn(unsigned status, int type, gnutls_datum_t *out, unsigned flags);
typedef void *alloc_fn(size_t n);
typedef void free_fn(void *memory);

/* Replaces a text in GnuTLS's memory by the text with the reason added. */
static void add_reason(const void *caller, gnutls_datum_t *out)
{
    alloc_fn **alloc = real_find(caller, "gnutls_malloc");
    free_fn **release = real_find(caller, "gnutls_free");
    const char *text = reason_add_to((const char *)out->data);
    size_t len = strlen(text);
    unsigned char *memory = alloc && release ? (*alloc)(len + 1) : NULL;

    if (!memory)
        return;
    memcpy(memory, text, len + 1);
    (*release)(out->data);
    out->data = memory;
    out->size = (unsigned)len;
}

INTERPOSE int gnutls_certificate_verification_status_print(unsigned status, int type,
                                                           gnutls_datum_t *out, unsigned flags)
{
    REAL(status_print_fn, "gnutls_certificate_verification_status_print");
    int r = real ? real(status, type, out, flags) : GNUTLS_ERROR_MEMORY;

    /* This status without any other bit comes from certnamed: GnuTLS itself always sets a bit for
     * the reason too. */
    if (r == 0 && status == GNUTLS_STATUS_INVALID && out->data && reason_looked_at()[0])
        add_reason(CALLER, out);
    return r;
}

/* --- where a program compares a name later --- */

typedef int export_fn(gnutls_x509_crt_t certificate, int format, void *out, size_t *lenp);

/*
 * Judges a certificate whose name the program has just compared successfully. Returns the result of
 * the comparison.
 */
static unsigned judge_match(const void *caller, gnutls_x509_crt_t certificate, const char *name)
{
    export_fn *export = (export_fn *)(uintptr_t)real_find(caller, "gnutls_x509_crt_export");
    char reason[JUDGE_REASON_BYTES];
    size_t len = 0;
    unsigned char *der;
    unsigned matches = 0;

    if (!export)
        return 0;
    (void)export(certificate, GNUTLS_FORMAT_DER, NULL, &len);
    der = len > 0 ? malloc(len) : NULL;
    if (der && export(certificate, GNUTLS_FORMAT_DER, der, &len) == 0) {
        matches = judge_later(CERTNAME_HOST, name, der, len, reason) == JUDGED_ACCEPTED;
        reason_remember(reason);
    }
    free(der);
    return matches;
}

typedef unsigned check_hostname_fn(gnutls_x509_crt_t certificate, const char *name);

INTERPOSE unsigned gnutls_x509_crt_check_hostname(gnutls_x509_crt_t certificate, const char *name)
{
    REAL(check_hostname_fn, "gnutls_x509_crt_check_hostname");
    unsigned matches = real ? real(certificate, name) : 0;

    return matches ? judge_match(CALLER, certificate, name) : 0;
}

typedef unsigned check_hostname2_fn(gnutls_x509_crt_t certificate, const char *name,
                                    unsigned flags);

INTERPOSE unsigned gnutls_x509_crt_check_hostname2(gnutls_x509_crt_t certificate, const char *name,
                                                   unsigned flags)
{
    REAL(check_hostname2_fn, "gnutls_x509_crt_check_hostname2");
    unsigned matches = real ? real(certificate, name, flags) : 0;

    /* GnuTLS itself calls this function while it verifies; only the program's own calls are judged.
     */
    if (!matches || real_is_same_object(CALLER, (const void *)(uintptr_t)real))
        return matches;
    return judge_match(CALLER, certificate, name);
}
