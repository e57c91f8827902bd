# SPDX-License-Identifier: GPL-2.0-or-later
#
# sipresp-gate: the command, the Python modules that it finds beside itself in
# share/sipresp, and its manual page.

include(GNUInstallDirs)
file(GLOB gate_modules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/gate/*.py)
install(PROGRAMS tools/sipresp-gate DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT system)
install(FILES ${gate_modules} DESTINATION ${CMAKE_INSTALL_DATADIR}/sipresp/gate COMPONENT system)
install(FILES docs/sipresp-gate.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT system)
