/* SPDX-License-Identifier: MIT */
/*
 * A module for OpenSSL's configuration (openssl.cnf): every program that loads the default
 * configuration has certnamed judge its TLS servers, besides OpenSSL, without being changed and
 * without a preloaded library. It takes the place of the step in which OpenSSL 3 verifies the
 * signatures of a path, in each store of certificates that is made afterwards.
 */

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "client/run/judge.h"
#include "client/run/preload.h"
#include "client/run/record.h"

#define EXPORT __attribute__((visibility("default")))

/* OpenSSL finds a module's functions by these names, the first of which has another meaning in its
 * headers. */
int module_init(CONF_IMODULE *module, const CONF *conf) __asm__("OPENSSL_init");
void module_finish(CONF_IMODULE *module) __asm__("OPENSSL_finish");

/* --- the settings, which judge.c reads --- */

static struct run_counts counts;
static struct preload settings = {.tool = "certname", .counts = &counts};

/* Set if the section of the configuration cannot be used. Every server is then refused. */
static bool is_broken;

const struct preload *preload_get(void)
{
    return &settings;
}

/*
 * Reads one value of the module's section. Returns 1; or 0 if the name or the value is unknown, or
 * memory ran out.
 */
static int read_value(const CONF_VALUE *value)
{
    if (strcmp(value->name, "path") == 0)
        return 1; /* OpenSSL reads this one itself: it is the path of the module. */
    if (strcmp(value->name, "socket") == 0)
        return (settings.socket = strdup(value->value)) != NULL;
    if (strcmp(value->name, "log") == 0)
        return (settings.log = strdup(value->value)) != NULL;
    if (strcmp(value->name, "nameless") == 0 && strcmp(value->value, "refuse") == 0)
        settings.nameless = PRELOAD_NAMELESS_REFUSE;
    else if (strcmp(value->name, "nameless") == 0 && strcmp(value->value, "path") == 0)
        settings.nameless = PRELOAD_NAMELESS_PATH;
    else if (strcmp(value->name, "nameless") == 0 && strcmp(value->value, "skip") == 0)
        settings.nameless = PRELOAD_NAMELESS_SKIP;
    else if (strcmp(value->name, "report") == 0 && strcmp(value->value, "yes") == 0)
        settings.report = true;
    else
        return 0;
    return 1;
}

/* --- libssl, which a program may have loaded by dlopen(), or not at all --- */

/* The functions of libssl that the module calls. */
struct libssl {
    int (*get_index)(void);
    int (*is_server)(const SSL *ssl);
    const char *(*get_servername)(const SSL *ssl, int type);
};

static void *find_function(const char *name)
{
    void *function = dlsym(RTLD_DEFAULT, name);
    void *handle = function ? NULL : dlopen("libssl.so.3", RTLD_LAZY | RTLD_NOLOAD);

    if (handle) {
        function = dlsym(handle, name);
        (void)dlclose(handle);
    }
    return function;
}

static bool find_libssl(struct libssl *libssl)
{
    libssl->get_index = (int (*)(void))(uintptr_t)find_function(
        "SSL_get_ex_data_X509_STORE_CTX_idx");
    libssl->is_server = (int (*)(const SSL *))(uintptr_t)find_function("SSL_is_server");
    libssl->get_servername = (const char *(*)(const SSL *, int))(uintptr_t)find_function(
        "SSL_get_servername");
    return libssl->get_index && libssl->is_server && libssl->get_servername;
}

static int find_name(struct dl_phdr_info *info, size_t size, void *foundp)
{
    const char *slash = strrchr(info->dlpi_name, '/');

    (void)size;
    if (strncmp(slash ? slash + 1 : info->dlpi_name, "libssl.so.3", strlen("libssl.so.3")) == 0)
        *(bool *)foundp = true;
    return 0;
}

/* Returns whether the process has libssl, so that its functions are missing for want of memory. */
static bool has_libssl(void)
{
    bool found = false;

    (void)dl_iterate_phdr(find_name, &found);
    return found;
}

/* --- a server --- */

/* The objects of OpenSSL that a question borrows. */
struct module_memory {
    unsigned char *ders[SERVER_CERTIFICATES_COUNT];
    char *address;
};

static void add_certificate(struct tls_server *server, struct module_memory *memory,
                            const X509 *certificate, bool is_end_entity)
{
    size_t n = server->n_chain;
    unsigned char *der = NULL;
    int len = i2d_X509(certificate, &der);

    if (tls_server_add(server, is_end_entity, der, len))
        memory->ders[n] = der;
    else
        OPENSSL_free(der);
}

static void add_chain(struct tls_server *server, struct module_memory *memory,
                      const X509_STORE_CTX *ctx)
{
    const X509 *leaf = X509_STORE_CTX_get0_cert(ctx);
    const STACK_OF(X509) *others = X509_STORE_CTX_get0_untrusted(ctx);

    if (leaf)
        add_certificate(server, memory, leaf, true);
    for (int i = 0; leaf && i < sk_X509_num(others); i++) {
        if (sk_X509_value(others, i) != leaf)
            add_certificate(server, memory, sk_X509_value(others, i), false);
    }
}

static void add_names(struct tls_server *server, struct module_memory *memory,
                      X509_VERIFY_PARAM *param, const char *sent)
{
    for (int i = 0; i < SERVER_NAMES_COUNT; i++) {
        const char *host = X509_VERIFY_PARAM_get0_host(param, i);

        if (!host)
            break;
        server->names[server->n_names++] = host;
    }
    /* If no address is set the function leaves an error in OpenSSL's queue, which is removed. */
    ERR_set_mark();
    memory->address = X509_VERIFY_PARAM_get1_ip_asc(param);
    ERR_pop_to_mark();
    if (server->n_names == 0 && memory->address)
        server->names[server->n_names++] = memory->address;
    if (server->n_names == 0 && sent)
        server->names[server->n_names++] = sent;
}

static int judge_connection(const struct libssl *libssl, X509_STORE_CTX *ctx, const SSL *ssl)
{
    struct module_memory memory = {0};
    struct tls_server server = {.type = CERTNAME_HOST};
    char reason[JUDGE_REASON_BYTES];
    enum server_judgement judgement;

    add_chain(&server, &memory, ctx);
    add_names(&server, &memory, X509_STORE_CTX_get0_param(ctx),
              libssl->get_servername(ssl, TLSEXT_NAMETYPE_host_name));
    judgement = judge_server(&server, reason);
    for (size_t i = 0; i < server.n_chain; i++)
        OPENSSL_free(memory.ders[i]);
    OPENSSL_free(memory.address);
    if (judgement == JUDGED_ACCEPTED)
        return 1;
    X509_STORE_CTX_set_error(ctx, X509_V_ERR_APPLICATION_VERIFICATION);
    ERR_raise_data(ERR_LIB_X509, ERR_R_OPERATION_FAIL, "%s", reason);
    return 0;
}

/* --- in OpenSSL's verification --- */

/* OpenSSL's own function for this step. Stores that this module did not change have it. */
static X509_STORE_CTX_verify_fn usual_verify;

static void find_usual_verify(void)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();

    if (ctx && X509_STORE_CTX_init(ctx, NULL, NULL, NULL) == 1)
        usual_verify = X509_STORE_CTX_get_verify(ctx);
    X509_STORE_CTX_free(ctx);
}

/* Refuses a server that is not asked about, and records why unless `note` is NULL. Returns 0. */
static int refuse_unasked(X509_STORE_CTX *ctx, const char *note)
{
    if (note)
        record_note("%s", note);
    X509_STORE_CTX_set_error(ctx, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

static int verify(X509_STORE_CTX *ctx)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct libssl libssl;
    const SSL *ssl;
    int r;

    (void)pthread_once(&once, find_usual_verify);
    if (!usual_verify)
        return refuse_unasked(ctx, NULL);
    if (is_broken)
        return refuse_unasked(ctx, "the configuration of OpenSSL has a section for certnamed that "
                                   "cannot be used; every server is refused");
    r = usual_verify(ctx);
    if (r != 1)
        return r;
    if (!find_libssl(&libssl))
        return has_libssl()
                   ? refuse_unasked(ctx, "libssl cannot be looked into; the server is refused")
                   : r;
    ssl = X509_STORE_CTX_get_ex_data(ctx, libssl.get_index());
    return ssl && !libssl.is_server(ssl) ? judge_connection(&libssl, ctx, ssl) : r;
}

static void change_store(void *parent, void *data, CRYPTO_EX_DATA *ex, int index, long number,
                         void *argument)
{
    (void)data;
    (void)ex;
    (void)index;
    (void)number;
    (void)argument;
    X509_STORE_set_verify(parent, verify);
}

/* --- the module --- */

/*
 * Programs ignore an error in the configuration. Therefore the module stays in place after an error
 * and refuses every server.
 */
static void break_settings(const char *section, const char *what)
{
    is_broken = true;
    ERR_raise_data(ERR_LIB_CONF, ERR_R_OPERATION_FAIL, "certname: section [%s]: %s", section, what);
}

EXPORT int module_init(CONF_IMODULE *module, const CONF *conf)
{
    const char *section = CONF_imodule_get_value(module);
    const STACK_OF(CONF_VALUE) *values = NCONF_get_section(conf, section);

    if (!values)
        break_settings(section, "it does not exist");
    snprintf(settings.program, sizeof(settings.program), "%s", program_invocation_short_name);
    for (int i = 0; values && i < sk_CONF_VALUE_num(values); i++) {
        const CONF_VALUE *value = sk_CONF_VALUE_value(values, i);

        if (!read_value(value))
            break_settings(section, value->name);
    }
    return CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_X509_STORE, 0, NULL, change_store, NULL, NULL) >=
           0;
}

EXPORT void module_finish(CONF_IMODULE *module)
{
    (void)module;
}
