/* sip_abridged.h
 * A final response, or a CANCEL, in few bytes: a message with its start line and
 * what an explanation needs of its headers, to be read as any other.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_ABRIDGED_H
#define SIPRESP_SIP_ABRIDGED_H

#include "sip/sip_message.h"

/* Code, phrase, twice Reason and Warning, Retry-After and one header more, each of at most 300
 * bytes and 20 of ours. */
#define SIP_ABRIDGED_SIZE (8 * 320 + 2)

/* Returns how many bytes it takes. Long values are cut. */
size_t sip_abridge(const sip_message *message, uint8_t buffer[SIP_ABRIDGED_SIZE]);

#endif
