# SPDX-License-Identifier: GPL-2.0-or-later
#
# The commands of users: each a program, the modules and tables that it finds in share/sipresp, and a manual page.

include(GNUInstallDirs)
set(command_data ${CMAKE_INSTALL_DATADIR}/sipresp)

# install_modules(PACKAGE) installs a Python package of commands/.
function(install_modules package)
    file(GLOB modules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/commands/${package}/*.py
        ${CMAKE_SOURCE_DIR}/commands/${package}/page*.css ${CMAKE_SOURCE_DIR}/commands/${package}/page*.js)
    install(FILES ${modules} DESTINATION ${command_data}/${package} COMPONENT system)
endfunction()

foreach(command annotate calls doctor explain gate report watch)
    install(PROGRAMS commands/sipresp-${command} DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT system)
    install(FILES docs/man/sipresp-${command}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT system)
endforeach()
foreach(package annotating call_list explaining gate reporting shared watch)
    install_modules(${package})
endforeach()
foreach(table classes explanations methods metrics outcomes responses rules)
    install(FILES tables/${table}.toml DESTINATION ${command_data}/tables COMPONENT system)
endforeach()
# sipresp-watch in service: systemd's unit, Prometheus and Grafana.
install(FILES monitoring/grafana-dashboard.json monitoring/prometheus.yml
    DESTINATION ${command_data}/monitoring COMPONENT system)
install(FILES monitoring/sipresp-watch@.service DESTINATION lib/systemd/system COMPONENT system)
