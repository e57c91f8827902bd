/* keep_nodes.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/keep_nodes.h"

#include <epan/epan.h>
#include <epan/epan_dissect.h>

#include "draw/fields.h"

/* Not by asking for SIP alone, which costs less: a tree is used for one packet after the other, this is called once
 * for it, and what is asked for is forgotten after the first packet. */
static void
keep_protocol_nodes(epan_dissect_t *edt)
{
    if (edt->tree && proto_is_protocol_enabled(find_protocol_by_id(proto_sipresp))) {
        epan_dissect_fake_protocols(edt, false);
    }
}

bool
nodes_are_left_out(const proto_tree *tree)
{
    return !PTREE_DATA(tree)->visible && PTREE_DATA(tree)->fake_protocols;
}

bool
nodes_are_kept(const proto_tree *tree)
{
    return TOP_NODES_STAY && !PTREE_DATA(tree)->visible && !PTREE_DATA(tree)->fake_protocols;
}

/* Of the functions that do it the only one that plugins may call wants more than the tree. */
void
leave_nodes_out(proto_tree *tree)
{
    PTREE_DATA(tree)->fake_protocols = true;
}

static void
do_nothing(void)
{
}

static void
do_nothing_after_dissection(epan_dissect_t *edt _U_)
{
}

static void
do_nothing_at_registration(register_cb progress _U_, void *client_data _U_)
{
}

void
register_node_keeper(void)
{
    /* Wireshark calls every member, so none may be NULL. */
    static const epan_plugin keeper = {
        .init = do_nothing,
        .post_init = do_nothing,
        .dissect_init = keep_protocol_nodes,
        .dissect_cleanup = do_nothing_after_dissection,
        .cleanup = do_nothing,
        .register_all_protocols = do_nothing_at_registration,
        .register_all_handoffs = do_nothing_at_registration,
        .register_all_tap_listeners = do_nothing,
    };

    epan_register_plugin(&keeper);
}
