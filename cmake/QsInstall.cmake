# SPDX-License-Identifier: GPL-3.0-or-later
# Install rules and the exported package qs::core.
include(CMakePackageConfigHelpers)
install(TARGETS qs_core qs_options EXPORT quantoscope-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
# File by file: install(DIRECTORY) would also make the folders that hold no header.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/core/*.h)
foreach(header IN LISTS headers)
    cmake_path(GET header PARENT_PATH folder)
    install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/quantoscope/${folder} COMPONENT dev)
endforeach()
install(EXPORT quantoscope-targets NAMESPACE qs:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/quantoscope COMPONENT dev)
configure_package_config_file(cmake/quantoscope-config.cmake.in ${CMAKE_BINARY_DIR}/quantoscope-config.cmake
    INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/quantoscope)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/quantoscope-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/quantoscope-config.cmake ${CMAKE_BINARY_DIR}/quantoscope-config-version.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/quantoscope COMPONENT dev)

# Of what cmake --install put there, nothing is left.
add_custom_target(uninstall
    COMMAND ${CMAKE_COMMAND} -DMANIFEST=${CMAKE_BINARY_DIR}/install_manifest.txt -DPREFIX=${CMAKE_INSTALL_PREFIX} -P ${CMAKE_SOURCE_DIR}/cmake/QsUninstall.cmake
    COMMENT "Removing what was installed" VERBATIM)
