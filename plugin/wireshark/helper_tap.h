/* helper_tap.h
 * Reads back what another dissector has tapped in the same frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_HELPER_TAP_H
#define SIPRESP_HELPER_TAP_H

/* Makes what comes by the tap fetchable, and forces nothing: no tree, no other
 * dissection. Returns the id for fetch_tapped_data(). Where Wireshark has no
 * such tap, loss says in its log what does not work then. */
int helper_tap_register(const char *tap, const char *loss);

/* The same of a tap whose dissector queues its data whoever listens to what, as those of IP and TCP do: one listener to
 * any tap makes them fetchable. Each listener more is gone past several times by every packet. */
int helper_tap_find(const char *tap, const char *loss);

#endif
