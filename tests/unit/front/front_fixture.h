/* SPDX-License-Identifier: MIT */

/* A front without its process, for tests over real sockets: the test plays the clients, the
 * verifier and the bin. */

#pragma once

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/front/connection_set.h"
#include "proto/limits.h"

struct front_fixture {
    struct event_base *base;
    struct account_table accounts;
    struct account_map account_map;
    struct monitor monitor;
    struct settings settings;
    struct dispatch *dispatch;
    struct admin *admin;
    struct bin *bin;
    int bin_process;  /* the bin's end of its socket, which the test reads */
    int bin_socket;   /* the front's end, which the test may read as well */
    bool gets_rights; /* clients may pass descriptors, as on kernels without SO_PASSRIGHTS */
    struct connection_set *set;
    int verifier;                 /* the verifier's end of its socket */
    unsigned n_closed, n_reloads; /* connections closed, reloads asked of the supervisor */
};

/* The front of the test that runs. front_setup makes it, front_teardown frees it. */
extern struct front_fixture front;
/* Room for a frame of the largest size, and a source of zeros. */
extern uint8_t front_big[LIMIT_FRAME_BYTES];

void front_setup(void);
void front_teardown(void);
/* Connects a client of this uid and returns its end of the socket, which the caller closes. */
int front_connect_as(uid_t uid);
/* The same for the administrative socket. This process is the writer. */
int front_connect_admin_as(uid_t uid);
/* Handles the events that are pending. */
void front_turn(void);
/* Handles events for this many milliseconds. */
void front_run_for(long ms);
/* Plays the verifier: answers every request that it has been sent with the same verdict, which is
 * always right. Returns the number of answers. */
unsigned front_serve(void);
/* Returns the account of this uid, or NULL if there is none. */
struct account *front_account_of(uid_t uid);
/* Runs tests twice: the first set on sockets on which no descriptor can be passed, the second on
 * sockets on which one can. Returns the exit status of the program. */
int front_run_tests(const char *name, void (*add_tests)(TCase *cases),
                    void (*add_tests_with_rights)(TCase *cases));
