/* confirmations.h
 * What ACK, PRACK and BYE say of the answers to an INVITE before them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CONFIRMATIONS_H
#define SIPRESP_CONFIRMATIONS_H

#include "calls/transaction_store.h"

void learn_ack(uint32_t frame, const hop_ends *ends, const sip_identity *identity);
void learn_prack(uint32_t frame, const sip_identity *identity);
void learn_bye(uint32_t frame, const sip_identity *identity);

#endif
