/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection_writer.h"

#include <assert.h>
#include <errno.h>

#include "daemon/front/connection_schedule.h"

/* Moves the charges of the connection to the account of another uid. */
static int move_account(struct connection *connection, uid_t uid)
{
    struct connection_set *set = connection->set;
    struct account *old = connection->requester.account;
    struct account *account = account_find(set->parts.accounts,
                                           account_map_find(set->parts.account_map, uid));

    assert(connection->requester.n_pending == 0 && connection->n_reloads == 0);
    if (!account)
        return -ENOMEM;
    if (account != old &&
        account->charged[ACCOUNT_CONNECTIONS] >= set->settings->limits.connections_per_uid)
        return -EBUSY;
    connection_schedule_turn(connection, false);
    account_charge(account, ACCOUNT_CONNECTIONS, 1);
    account_charge(account, ACCOUNT_HELD_BYTES, connection->n_held);
    account_release(old, ACCOUNT_HELD_BYTES, connection->n_held);
    account_release(old, ACCOUNT_CONNECTIONS, 1);
    connection->requester.account = account;
    connection->requester.uid = uid;
    return 0;
}

int connection_writer_note(struct connection *connection, uid_t uid)
{
    if (connection->origin.is_admin)
        return admin_may_ask(connection->set->parts.admin, uid) ? 0 : -EPERM;
    if (connection->has_writer)
        return uid == connection->writer ? 0 : -EPERM;
    connection->has_writer = true;
    connection->writer = uid;
    return uid == connection->requester.uid ? 0 : move_account(connection, uid);
}
