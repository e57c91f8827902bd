/* plugin.c
 * The symbols that Wireshark looks up in a plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "compat.h"

#include <epan/proto.h>

#include "wireshark/keep_nodes.h"
#include "wireshark/packet-sipresp.h"

#define PLUGIN_DISSECTOR (1u << 0)
#define PLUGIN_TAP_LISTENER (1u << 4)

WS_DLL_PUBLIC_DEF const char plugin_version[] = SIPRESP_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

void
plugin_register(void)
{
    static proto_plugin sipresp;

    sipresp.register_protoinfo = proto_register_sipresp;
    sipresp.register_handoff = proto_reg_handoff_sipresp;
    proto_register_plugin(&sipresp);
    register_node_keeper();
}

uint32_t
plugin_describe(void)
{
    return PLUGIN_DISSECTOR | PLUGIN_TAP_LISTENER;
}
