/* bare_tree.c
 * The least that a statistics tree of SIP responses can cost: no dissector, no
 * field, no memory of earlier packets. It counts what Wireshark's SIP tap says,
 * in the four nodes that a response has in the branch of the classes of
 * sipresp,tree. tools/bench builds it to show what is Wireshark's own share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <wireshark.h>
#include <ws_version.h>

#include <epan/dissectors/packet-sip.h>
#include <epan/packet.h>
#include <epan/stats_tree.h>
#include <epan/tap.h>

static const char root_name[] = "SIP responses";
static int root_node;

static const char *const classes[] = { "0xx", "1xx", "2xx", "3xx", "4xx", "5xx", "6xx", "7xx", "8xx", "9xx" };

static void
start(stats_tree *tree)
{
    root_node = stats_tree_create_node(tree, root_name, 0, STAT_DT_INT, TRUE);
}

static tap_packet_status
count(stats_tree *tree, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    static char codes[1000][4];
    const sip_info_value_t *sip = (const sip_info_value_t *)tapped;
    const unsigned code = sip->response_code % 1000;

    if (!code) {
        return TAP_PACKET_DONT_REDRAW;
    }
    if (!codes[code][0]) {
        (void)snprintf(codes[code], sizeof codes[code], "%03u", code);
    }
    tick_stat_node(tree, root_name, 0, TRUE);
    int node = tick_stat_node(tree, classes[code / 100], root_node, TRUE);
    node = tick_stat_node(tree, codes[code], node, TRUE);
    tick_stat_node(tree, "a method", node, FALSE);
    return TAP_PACKET_REDRAW;
}

static void
register_bare_tree(void)
{
    stats_tree_register_plugin("sip", "bare", "Bare tree", TL_REQUIRES_NOTHING, count, start, NULL);
}

WS_DLL_PUBLIC_DEF const char plugin_version[] = "0";
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);

void
plugin_register(void)
{
    static tap_plugin bare;

    bare.register_tap_listener = register_bare_tree;
    tap_register_plugin(&bare);
}
