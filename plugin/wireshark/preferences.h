/* preferences.h
 * The preference page: Edit > Preferences > Protocols > SIPRESP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_PREFERENCES_H
#define SIPRESP_PREFERENCES_H

#include "compat.h"

#include <epan/packet.h>

#include "sip/sip_text.h"

/* Registers the page in its order; handle is that of the post-dissector. */
void register_preferences(dissector_handle_t handle);

/* Name of a header that says which calls belong together; empty: none. It stays
 * until another capture is opened. */
sip_text joining_header(void);

/* Are calls joined that only look as if they belonged together? */
bool joining_is_guessed(void);

/* Are transactions followed? */
bool following_is_enabled(void);

#endif
