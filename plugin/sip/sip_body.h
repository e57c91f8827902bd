/* sip_body.h
 * Finds the message/sipfrag parts in the body of a SIP message (RFC 3420), as
 * a NOTIFY carries them to report on a referral (RFC 3515 2.4.4): the whole
 * body, or parts of a multipart body.
 *
 * Pure: no Wireshark type and no allocation. The parts point into the bytes
 * of the message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_BODY_H
#define SIPRESP_SIP_BODY_H

#include "sip/sip_message.h"

/* The media type of a Content-Type value, without its parameters. */
sip_text sip_media_type(sip_text content_type);

typedef void (*sip_fragment_fn)(sip_text fragment, void *user_data);

/* Calls found() for each sipfrag part, in order. Multipart bodies within
 * multipart bodies are followed three deep; work is linear in the body. */
void sip_body_each_fragment(const sip_message *message, sip_fragment_fn found, void *user_data);

#endif
