/* helper_tap.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/helper_tap.h"

#include <epan/packet.h>
#include <epan/tap.h>
#include <epan/wmem_scopes.h>

int
helper_tap_register(const char *tap, const char *loss)
{
    /* Wireshark tells listeners apart by an address, and has one for each tap. */
    GString *error = register_tap_listener(tap, wmem_new0(wmem_epan_scope(), char), NULL, TL_IS_DISSECTOR_HELPER,
                                           NULL, NULL, NULL, NULL);

    if (error) {
        ws_warning("SIPRESP: %s: %s", loss, error->str);
        g_string_free(error, TRUE);
    }
    return find_tap_id(tap);
}

int
helper_tap_find(const char *tap, const char *loss)
{
    const int id = find_tap_id(tap);

    if (!id) {
        ws_warning("SIPRESP: %s: Wireshark has no tap of the name %s", loss, tap);
    }
    return id;
}
