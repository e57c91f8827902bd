/* messages.h
 * The messages themselves, for whoever puts the pieces of a capture together:
 * "-z sipresp,messages" prints a line for each, before what "-z sipresp,records"
 * says of it. With a filter it says of which the filter holds, and prints all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_MESSAGES_H
#define SIPRESP_MESSAGES_H

#include "tell/taps.h"

void register_messages(const calls *(*followed)(void));

/* Does somebody listen? */
bool messages_are_wanted(void);

void tap_whole_message(packet_info *pinfo, const tapped_message *tapped);

/* A message between the frame's ends was cut too short to be learned. */
void tap_gap(packet_info *pinfo, int64_t time);

/* The frame is an ICMP error, type << 8 | code, that quotes the request. */
void tap_refusal(packet_info *pinfo, const tapped_message *tapped, unsigned error);

/* The frame resets a TCP connection. */
void tap_reset(packet_info *pinfo, int64_t time);

#endif
