/* told.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/told.h"

#include "compat.h"

#include <epan/packet.h>
#include <epan/prefs-int.h>
#include <epan/prefs.h>

static bool version_is_strict = true;

/* "SIP/2.0" to the letter, unless the user wants more to be taken for SIP. */
static void
read_strictness(void)
{
    module_t *sip = prefs_find_module("sip");
    pref_t *strict = sip ? prefs_find_preference(sip, "strict_sip_version") : NULL;

    version_is_strict = !strict || prefs_get_bool_value(strict, pref_current);
}

void
register_told(void)
{
    register_init_routine(read_strictness);
}

bool
message_is_told(const sip_message *message)
{
    if (version_is_strict && !message->version_is_usual) {
        return false;
    }
    return message->kind == SIP_REQUEST || (message->code_is_valid && message->code_is_spaced);
}
