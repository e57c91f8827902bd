/* find_icmp.h
 * What an ICMP error says of the message that it quotes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_FIND_ICMP_H
#define SIPRESP_FIND_ICMP_H

#include "wireshark/find_messages.h"

/* Type << 8 | code of the ICMP error that quotes the message over UDP; 0: not told. */
unsigned icmp_error_of(const message_place *place);

#endif
