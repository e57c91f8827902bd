/* told.h
 * Which messages Wireshark takes for SIP, as the user has set it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TOLD_H
#define SIPRESP_TOLD_H

#include <stdbool.h>

#include "sip/sip_message.h"

/* To be called once, when all protocols are registered. */
void register_told(void);

/* Does Wireshark take the message for one, as far as its start line goes? What it
 * takes for a continuation has no sip.Status-Code, and is told of by no tap. */
bool message_is_told(const sip_message *message);

#endif
