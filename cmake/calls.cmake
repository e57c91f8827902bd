# SPDX-License-Identifier: GPL-2.0-or-later
#
# sipresp-calls: the command, its modules, which it finds in share/sipresp beside
# those that cmake/gate.cmake installs for all tools, and its manual page.

include(GNUInstallDirs)
file(GLOB call_modules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/call_list/*.py)
install(PROGRAMS tools/calls DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME sipresp-calls COMPONENT system)
install(FILES ${call_modules} DESTINATION ${CMAKE_INSTALL_DATADIR}/sipresp/call_list COMPONENT system)
install(FILES docs/man/sipresp-calls.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT system)
