/* SPDX-License-Identifier: MIT */

/*
 * The parts of the front put together without its process, for tests over real sockets: the test
 * plays the clients, the verifier and the bin.
 */

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
    int bin_process; /* the bin's end of the socket between front and bin, from which the test reads
                      */
    int bin_socket;  /* the front's end of that socket */
    bool gets_rights; /* clients may pass descriptors, as on kernels without SO_PASSRIGHTS */
    struct connection_set *set;
    int verifier;                 /* the end of a verifier's socket that the verifier would have */
    unsigned n_closed, n_reloads; /* the numbers of closed connections and of reloads that the
                                     supervisor was asked for */
};

/* The front of the test that runs. front_setup makes it, front_teardown frees it. */
extern struct front_fixture front;
/* A buffer of the size of the largest frame. */
extern uint8_t front_big[LIMIT_FRAME_BYTES];

void front_setup(void);
void front_teardown(void);
/*
 * Connects a client of this uid and returns the client's end of the socket, which the caller
 * closes.
 */
int front_connect_as(uid_t uid);
/*
 * Connects a client of this uid at the administrative socket and returns the client's end of the
 * socket, which the caller closes. Writes on it come from this process, with this process's uid.
 */
int front_connect_admin_as(uid_t uid);
/* Handles the events that are pending. */
void front_turn(void);
/* Handles events for this many milliseconds. */
void front_run_for(long ms);
/*
 * Plays the verifier: answers every request in its socket with one fixed verdict, whose window is
 * all time. Returns the number of answers.
 */
unsigned front_serve(void);
/* Returns the account of this uid, or NULL if there is none. */
struct account *front_account_of(uid_t uid);
/*
 * Runs `add_tests` on sockets over which no descriptor can be passed, and `add_tests_with_rights`
 * on sockets over which one can. Returns the exit status of the program.
 */
int front_run_tests(const char *name, void (*add_tests)(TCase *cases),
                    void (*add_tests_with_rights)(TCase *cases));
