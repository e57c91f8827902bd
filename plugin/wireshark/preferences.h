/* preferences.h
 * The preference page: Edit > Preferences > Protocols > SIPRESP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_PREFERENCES_H
#define SIPRESP_PREFERENCES_H

#include "compat.h"

#include <epan/packet.h>

/* Registers the page in its order; handle is that of the post-dissector. */
void register_preferences(dissector_handle_t handle);

/* Are transactions followed? */
bool following_is_enabled(void);

#endif
