# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# What is installed. Nothing in it names the prefix, so an installed tree may be moved.

include(CMakePackageConfigHelpers)

install(FILES
  ${PROJECT_SOURCE_DIR}/include/libminiasync.h
  ${PROJECT_SOURCE_DIR}/include/libminiasync.hpp
  TYPE INCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/libminiasync TYPE INCLUDE
  FILES_MATCHING PATTERN "*.h")
install(TARGETS miniasync miniasync_static EXPORT libminiasync-targets
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# Manual pages as they are; those of several names are links. The command installs its own.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/man/man3 ${PROJECT_SOURCE_DIR}/man/man7
  DESTINATION ${CMAKE_INSTALL_MANDIR})

# pkg-config
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH prefix_from_pkgconfig
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/libminiasync.pc.in libminiasync.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/libminiasync.pc DESTINATION ${pkgconfig_dir})

# CMake
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/libminiasync)
configure_package_config_file(cmake/libminiasync-config.cmake.in libminiasync-config.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(libminiasync-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/libminiasync-config.cmake
  ${PROJECT_BINARY_DIR}/libminiasync-config-version.cmake
  DESTINATION ${package_dir})
install(EXPORT libminiasync-targets NAMESPACE libminiasync:: DESTINATION ${package_dir})

# The DML mover: a library, a pkg-config module and a component of the package of its own.
if(TARGET miniasync_vdm_dml)
  install(FILES ${PROJECT_SOURCE_DIR}/include/libminiasync-vdm-dml.h TYPE INCLUDE)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/libminiasync-vdm-dml TYPE INCLUDE
    FILES_MATCHING PATTERN "*.h")
  install(TARGETS miniasync_vdm_dml EXPORT libminiasync-vdm-dml-targets
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  configure_file(cmake/libminiasync-vdm-dml.pc.in libminiasync-vdm-dml.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/libminiasync-vdm-dml.pc DESTINATION ${pkgconfig_dir})
  install(EXPORT libminiasync-vdm-dml-targets NAMESPACE libminiasync::
    DESTINATION ${package_dir})
endif()
