/* SPDX-License-Identifier: MIT */
/*
 * Threads share a pool while children are forked and signals interrupt every call. The test is also
 * built with ThreadSanitizer, as test-client-pool-tsan. CERTNAMED_POOL_QUESTIONS sets the number of
 * questions of each thread (100,000 for a thorough run).
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "certname/client.h"
#include "proto/codec.h"
#include "proto/frame.h"

#define THREADS_COUNT     8
#define QUESTIONS_DEFAULT 500
#define FORKS_COUNT       20
#define TIMEOUT_MS        60000

/*
 * A child that is forked while another thread is inside malloc can use malloc with the C library
 * and with ThreadSanitizer. With AddressSanitizer it would wait for ever for the allocator's lock,
 * so with AddressSanitizer children are forked only between questions.
 */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(HAS_ADDRESS_SANITIZER) || defined(__SANITIZE_ADDRESS__)
#define FORKS_BETWEEN_QUESTIONS true
#else
#define FORKS_BETWEEN_QUESTIONS false
#endif

/* The objects that threads share to ask the daemon: a pool of clients, or one client with a lock.
 */
struct shared {
    struct certname_pool *pool;
    struct certname_client *client;
    pthread_mutex_t lock;
    pthread_rwlock_t *fork_lock; /* a lock that each question holds for reading, or NULL */
    long n_questions;
    atomic_long n_wrong;
};

#ifdef __SANITIZE_THREAD__
/*
 * A forked child ends without the other threads of its parent, which ThreadSanitizer would report
 * as a leak.
 */
const char *__tsan_default_options(void)
{
    return "report_thread_leaks=0";
}
#endif

static _Noreturn void give_up(const char *what)
{
    (void)fprintf(stderr, "test_pool: %s\n", what);
    exit(1);
}

/* --- a daemon that accepts hosts of an even length and refuses the others --- */

static size_t write_verdict(uint8_t *out, uint64_t tag, bool accepts)
{
    static const uint8_t digest[32];
    struct bytes name = {(const uint8_t *)"a.example", 9};
    struct verdict verdict = {
        .has_reference = true,
        .reference = {.type = VERDICT_DNS_ID, .value = name},
        .checked = {[VERDICT_CHECK_IDENTITY] = true},
        .digest = {digest, sizeof(digest)},
    };
    struct bytes payload;
    struct arena arena;

    if (accepts) {
        verdict.outcome = VERDICT_NAME_MATCHES;
        verdict.has_matched = true;
        verdict.matched = verdict.reference;
    } else {
        verdict.alert = 42;
        verdict.n_failures = 1;
        verdict.failures[0] = (struct verdict_failure){
            .code = {(const uint8_t *)"hostname-mismatch", 17},
            .verify_code = 62,
            .message = name,
        };
    }
    codec_arena_init(&arena);
    if (codec_write_verdict(&verdict, &arena, &payload))
        _exit(1);
    frame_write_header(out, FRAME_KIND_VERDICT, tag, payload.len);
    memcpy(out + FRAME_HEADER_BYTES, payload.data, payload.len);
    arena_deinit(&arena);
    return FRAME_HEADER_BYTES + payload.len;
}

static bool answer_one(int fd)
{
    static uint8_t frame[LIMIT_FRAME_BYTES];
    struct frame_header header;
    struct request request;
    struct arena arena;
    struct codec_fault fault;
    bool accepts;
    size_t n;

    if (recv(fd, frame, FRAME_HEADER_BYTES, MSG_WAITALL) != FRAME_HEADER_BYTES)
        return false;
    (void)frame_peek(&header, frame, FRAME_HEADER_BYTES, sizeof(frame));
    n = header.length - FRAME_HEADER_BYTES;
    if (n > sizeof(frame) || recv(fd, frame, n, MSG_WAITALL) != (ssize_t)n)
        return false;
    codec_arena_init(&arena);
    if (codec_read_request(&request, &arena, frame, n, &fault))
        _exit(1);
    accepts = request.references[0].text.len % 2 == 0;
    arena_deinit(&arena);
    n = write_verdict(frame, header.tag, accepts);
    return send(fd, frame, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static pid_t start_daemon(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    pid_t pid;

    memcpy(address.sun_path, path, strlen(path));
    if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 1024))
        give_up("cannot listen");
    pid = fork();
    if (pid != 0) {
        (void)close(listener);
        return pid;
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int fd = accept(listener, NULL, NULL);

        if (fork() == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            while (answer_one(fd))
                continue;
            _exit(0);
        }
        (void)close(fd);
    }
}

/* --- threads --- */

static struct certname_client *take_client(struct shared *shared)
{
    if (shared->pool)
        return certname_pool_take(shared->pool);
    (void)pthread_mutex_lock(&shared->lock);
    return shared->client;
}

static void give_client(struct shared *shared, struct certname_client *client)
{
    if (shared->pool)
        certname_pool_give(shared->pool, client);
    else
        (void)pthread_mutex_unlock(&shared->lock);
}

/* Asks one question. Returns whether the answer was right. */
static bool ask(struct shared *shared, bool accepted)
{
    const char *host = accepted ? "ab.example" : "a.example";
    struct certname_client *client = take_client(shared);
    int r = certname_match_hostname(client, host, "certificate", 11);
    bool right = r == accepted &&
                 (accepted || strcmp(certname_client_error(client), "a.example") == 0);

    give_client(shared, client);
    return right;
}

static void *run_thread(void *context)
{
    struct shared *shared = context;

    for (long i = 0; i < shared->n_questions; i++) {
        if (shared->fork_lock)
            (void)pthread_rwlock_rdlock(shared->fork_lock);
        shared->n_wrong += !ask(shared, i % 2 == 0);
        if (shared->fork_lock)
            (void)pthread_rwlock_unlock(shared->fork_lock);
    }
    return NULL;
}

static void ignore_signal(int number)
{
    (void)number;
}

static void start_signals(void)
{
    struct itimerval interval = {{0, 1000}, {0, 1000}};
    struct sigaction action = {.sa_handler = ignore_signal};

    (void)sigaction(SIGALRM, &action, NULL);
    (void)setitimer(ITIMER_REAL, &interval, NULL);
}

static pid_t fork_child(struct shared *shared)
{
    pid_t child;

    if (shared->fork_lock)
        (void)pthread_rwlock_wrlock(shared->fork_lock);
    child = fork();
    if (child != 0 && shared->fork_lock)
        (void)pthread_rwlock_unlock(shared->fork_lock);
    return child;
}

/* Forks children while the threads run; each child asks with the pool that it has inherited. */
static void fork_children(struct shared *shared)
{
    for (int i = 0; i < FORKS_COUNT; i++) {
        int status;
        pid_t child = fork_child(shared);

        if (child == 0)
            _exit(ask(shared, true) && ask(shared, false) ? 0 : 1);
        while (waitpid(child, &status, 0) < 0)
            continue;
        shared->n_wrong += status != 0;
        (void)usleep(1000);
    }
}

/* Runs all threads. Returns the number of questions per second. */
static double run_threads(struct shared *shared, bool with_forks)
{
    pthread_t threads[THREADS_COUNT];
    struct timespec start, end;

    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < THREADS_COUNT; i++) {
        if (pthread_create(&threads[i], NULL, run_thread, shared))
            give_up("cannot start a thread");
    }
    if (with_forks)
        fork_children(shared);
    for (int i = 0; i < THREADS_COUNT; i++)
        (void)pthread_join(threads[i], NULL);
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(THREADS_COUNT * shared->n_questions) /
           ((double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
}

static void compare(struct certname_client *model, long n_questions)
{
    struct shared pool = {.pool = certname_pool_new(model), .n_questions = n_questions};
    struct shared lock = {.client = model, .n_questions = n_questions};
    double each_s, lock_s;

    (void)pthread_mutex_init(&lock.lock, NULL);
    each_s = run_threads(&pool, false);
    lock_s = run_threads(&lock, false);
    (void)printf("questions/s of %d threads: a connection each %.0f, one with a lock %.0f\n",
                 THREADS_COUNT, each_s, lock_s);
    if (pool.n_wrong + lock.n_wrong > 0)
        give_up("wrong answers");
    (void)pthread_mutex_destroy(&lock.lock);
    pool.pool = certname_pool_free(pool.pool);
}

/* Makes a lock that prefers a waiting writer, because the readers never pause. */
static void make_fork_lock(pthread_rwlock_t *lock)
{
    pthread_rwlockattr_t attributes;

    (void)pthread_rwlockattr_init(&attributes);
    (void)pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    (void)pthread_rwlock_init(lock, &attributes);
    (void)pthread_rwlockattr_destroy(&attributes);
}

int main(void)
{
    const char *number = getenv("CERTNAMED_POOL_QUESTIONS");
    struct shared shared = {.n_questions = number ? atol(number) : QUESTIONS_DEFAULT};
    char folder[] = "/tmp/certnamed-test-XXXXXX";
    char path[sizeof(folder) + 8];
    struct certname_client *model;
    pthread_rwlock_t fork_lock;
    pid_t daemon;

    if (!mkdtemp(folder))
        give_up("no folder");
    (void)snprintf(path, sizeof(path), "%s/socket", folder);
    daemon = start_daemon(path);
    model = certname_client_new();
    (void)certname_client_set_path(model, path);
    (void)certname_client_set_timeout(model, TIMEOUT_MS);
    compare(model, shared.n_questions);

    shared.pool = certname_pool_new(model);
    make_fork_lock(&fork_lock);
    if (FORKS_BETWEEN_QUESTIONS)
        shared.fork_lock = &fork_lock;
    start_signals();
    (void)run_threads(&shared, true);
    (void)printf("%d threads, %ld questions each, %d forks, signals: %ld wrong\n", THREADS_COUNT,
                 shared.n_questions, FORKS_COUNT, (long)shared.n_wrong);
    (void)certname_pool_free(shared.pool);
    (void)certname_client_free(model);
    (void)kill(daemon, SIGKILL);
    (void)unlink(path);
    (void)rmdir(folder);
    return shared.n_wrong == 0 ? 0 : 1;
}
