/* packet-sipresp.h
 * The post-dissector that annotates SIP responses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_PACKET_SIPRESP_H
#define SIPRESP_PACKET_SIPRESP_H

#include "compat.h"

void proto_register_sipresp(void);
void proto_reg_handoff_sipresp(void);

#endif
