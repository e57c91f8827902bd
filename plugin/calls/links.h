/* links.h
 * Which request a client sent again: after a challenge with credentials, after a
 * redirection to another place, after other answers amended (RFC 3261 8.1.3.4,
 * 8.1.3.5, 14.1, 22.2, RFC 3263 4.3). Never by their order alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_LINKS_H
#define SIPRESP_LINKS_H

#include "calls/model.h"

/* What the keys begin with by which requests of this dialog are found. */
uint64_t requests_key(const calls *c, const call_message *m, uint64_t method, uint64_t to);

/* Links a new request, whose first hop the message is, to the one that it is
 * sent in place of, if there is one. */
void link_to_earlier(calls *c, uint32_t request, const call_message *m);

#endif
