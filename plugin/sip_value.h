/* sip_value.h
 * Takes header values apart: lists, parameters, quotes (RFC 3261 7.3.1, 25.1).
 *
 * Pure: no Wireshark type and no allocation. What comes out points into what
 * went in. Work is linear in the text, whatever its quotes and brackets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_VALUE_H
#define SIPRESP_SIP_VALUE_H

#include "sip_message.h"

/* Takes what stands before the next separator outside of quotes and angle
 * brackets, without outer white space. *position starts at 0 and is the
 * caller's. Returns false at the end. */
bool sip_value_next_part(sip_text text, char separator, size_t *position, sip_text *part);

/* The value of a parameter, without its quotes; empty where it has none.
 * value is one value of a list, the parameters behind it included. Returns
 * false if there is no such parameter. */
bool sip_value_parameter(sip_text value, const char *name, sip_text *parameter);

/* Reads a number of at most 10 digits at *position, white space before it
 * skipped. Returns false if there is none or if it exceeds 32 bits. */
bool sip_value_number(sip_text value, size_t *position, uint32_t *number);

#endif
