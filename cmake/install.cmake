# SPDX-License-Identifier: GPL-2.0-or-later
#
#   cmake --install build                     for everybody: where Wireshark looks
#   cmake --install build --component user    for the person who runs it
#   cmake --install build --prefix FOLDER     all of it below that folder
#
# Wireshark reads plugins and profiles from its own folders only, so these go
# there, but for a prefix that is named at the time of installing.

include(GNUInstallDirs)
set(profile "${CMAKE_SOURCE_DIR}/profile/SIP responses")
set(wireshark_profiles ${Wireshark_INSTALL_PREFIX}/share/wireshark/profiles)

file(RELATIVE_PATH plugins_below_prefix ${Wireshark_INSTALL_PREFIX} ${Wireshark_PLUGIN_INSTALL_DIR})
configure_file(cmake/install_wireshark.cmake.in ${CMAKE_BINARY_DIR}/install_wireshark.cmake @ONLY)
install(SCRIPT ${CMAKE_BINARY_DIR}/install_wireshark.cmake COMPONENT system)
install(PROGRAMS tools/doctor DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME sipresp-doctor COMPONENT system)
install(FILES README.md docs/fields.md docs/records.md packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT system)
install(FILES docs/man/sipresp-doctor.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT system)
install(FILES docs/man/sipresp-filter.4 DESTINATION ${CMAKE_INSTALL_MANDIR}/man4 COMPONENT system)

# The home folder is that of whoever installs, not of whoever configures.
configure_file(cmake/install_user.cmake.in ${CMAKE_BINARY_DIR}/install_user.cmake @ONLY)
install(SCRIPT ${CMAKE_BINARY_DIR}/install_user.cmake COMPONENT user EXCLUDE_FROM_ALL)
