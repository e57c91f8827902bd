/* transaction_checks.h
 * Which rules a response breaks when it is read with its transaction in mind.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TRANSACTION_CHECKS_H
#define SIPRESP_TRANSACTION_CHECKS_H

#include "checks.h"
#include "transactions.h"

/* now is the time of the response's frame. Nothing is said of what the rest of
 * the capture could still bring, as far as it was seen. */
void check_transaction(const answer_record *record, int64_t now, const bool *ignored,
                       response_finding_fn found, void *user_data);

#endif
