/* preferences.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/preferences.h"

#include <epan/prefs.h>

#include "draw/fields.h"
#include "draw/findings.h"
#include "draw/site_notes.h"

static dissector_handle_t sipresp_handle;
static ws_bool follow_enabled = TRUE;
static ws_bool forward_links = FALSE;
static const char *join_header = "";
static ws_bool join_guess = TRUE;

/* Wanted fields make Wireshark build trees in passes that it otherwise builds
 * none in. To be said when a capture is opened: sharkd sets preferences without
 * a word to us. */
static void
want_tree_if_asked(void)
{
    GArray *fields = NULL;

    if (follow_enabled && forward_links) {
        const int status_line = proto_registrar_get_id_byname("sip.Status-Line");
        fields = g_array_new(FALSE, FALSE, sizeof(int));
        g_array_append_val(fields, status_line);
    }
    set_postdissector_wanted_hfids(sipresp_handle, fields);
}

bool
following_is_enabled(void)
{
    return follow_enabled;
}

sip_text
joining_header(void)
{
    static char *kept;

    g_free(kept);
    kept = g_strdup(join_header);
    return (sip_text){ (const uint8_t *)kept, strlen(kept) };
}

bool
joining_is_guessed(void)
{
    return join_guess;
}

void
register_preferences(dissector_handle_t handle)
{
    module_t *preferences = prefs_register_protocol(proto_sipresp, apply_finding_preferences);

    sipresp_handle = handle;
    register_init_routine(want_tree_if_asked);
    register_finding_preferences(preferences);
    prefs_register_bool_preference(preferences, "follow", "Follow transactions",
        "Say which request a response answers, after how long, and what became of it", &follow_enabled);
    prefs_register_bool_preference(preferences, "forward_links", "Follow in tshark -2 and sharkd too",
        "Build the tree of every packet in the first pass, so that tshark -2 without a filter and sharkd "
        "know what came later; this slows down the loading of captures", &forward_links);
    prefs_register_string_preference(preferences, "join_header", "Header that joins calls",
        "A header whose value both sides of a back-to-back user agent have in common, or which names the Call-ID "
        "of the other side, such as X-Call-ID; for the next capture that is opened", &join_header);
    prefs_register_bool_preference(preferences, "join_guess", "Join calls that look as if they belonged together",
        "Take a call that leaves the host at which another one for the same callee has just arrived for its other "
        "side; for the next capture that is opened", &join_guess);
    site_notes_register();
}
