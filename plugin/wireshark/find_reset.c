/* find_reset.c
 *
 * In the first pass of tshark -2 with a read filter there is a tree and nothing is
 * tapped; a GUI that loads a file taps and has no tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/find_reset.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include "wireshark/helper_tap.h"

/* RFC 9293 3.1: the flags are the 14th byte. */
#define FLAGS_PLACE 13

static int proto_tcp = -1;
static int tap_tcp;

void
register_find_reset(void)
{
    proto_tcp = proto_get_id_by_filter_name("tcp");
    tap_tcp = helper_tap_find("tcp", "reset connections are not seen where there is no tree");
}

static bool
is_reset_in_tree(const proto_tree *tree)
{
    for (const proto_node *node = tree->first_child; node; node = node->next) {
        const field_info *info = PNODE_FINFO(node);
        if (info && info->hfinfo->id == proto_tcp && info->ds_tvb &&
            tvb_captured_length_remaining(info->ds_tvb, info->start) > FLAGS_PLACE &&
            tvb_get_ntohs(info->ds_tvb, info->start + FLAGS_PLACE - 1) & TH_RST) {
            return true;
        }
    }
    return false;
}

bool
is_tcp_reset(packet_info *pinfo, const proto_tree *tree)
{
    if (pinfo->ptype != PT_TCP) {
        return false;
    }
    if (tree) {
        return is_reset_in_tree(tree);
    }
    const struct tcpheader *tcp = (const struct tcpheader *)fetch_tapped_data(tap_tcp, 0);
    return tcp && tcp->th_flags & TH_RST;
}
