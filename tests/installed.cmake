# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# Tests of the installed tree, of the shared library as a file, and of the form of the sources.

find_package(Python3 REQUIRED COMPONENTS Interpreter)

set(prefix ${PROJECT_BINARY_DIR}/tests/prefix)
add_test(NAME install COMMAND sh -c
  "rm -rf '${prefix}' && '${CMAKE_COMMAND}' --install '${PROJECT_BINARY_DIR}' --prefix '${prefix}'")
set_tests_properties(install PROPERTIES FIXTURES_SETUP installed)

# miniasync_installed_test(NAME COMMAND ...) -- a test that finds miniasync only where it was just
# installed. Exit status 77 says that it was skipped.
function(miniasync_installed_test name)
  add_test(NAME ${name} COMMAND ${ARGN})
  set(libraries ${prefix}/${CMAKE_INSTALL_LIBDIR})
  set_tests_properties(${name} PROPERTIES
    FIXTURES_REQUIRED installed
    SKIP_RETURN_CODE 77
    ENVIRONMENT "CMAKE_PREFIX_PATH=${prefix};PKG_CONFIG_PATH=${libraries}/pkgconfig;LD_LIBRARY_PATH=${libraries}")
endfunction()

set(python ${Python3_EXECUTABLE} -B) # nothing is written among the sources
set(tests ${PROJECT_SOURCE_DIR}/tests)
add_test(NAME library COMMAND ${python} ${tests}/library.py
  $<TARGET_FILE:miniasync> $<TARGET_FILE:miniasync_static>
  ${PROJECT_SOURCE_DIR}/src/libminiasync.map ${PROJECT_SOURCE_DIR}/include)
add_test(NAME arrows COMMAND ${python} ${tests}/arrows.py ${PROJECT_SOURCE_DIR})
add_test(NAME arrows.self-test COMMAND ${python} ${tests}/arrows.py --self-test)
add_test(NAME testing COMMAND ${python} ${tests}/testing.py ${PROJECT_SOURCE_DIR})
add_test(NAME readme COMMAND ${tests}/readme.sh)
add_test(NAME deps COMMAND ${tests}/deps.sh)
add_test(NAME lint COMMAND ${PROJECT_SOURCE_DIR}/scripts/lint)
miniasync_installed_test(manual ${python} ${tests}/manual.py
  ${prefix}/${CMAKE_INSTALL_MANDIR} ${PROJECT_SOURCE_DIR}/include ${CMAKE_C_COMPILER}
  ${CMAKE_CXX_COMPILER})
add_test(NAME site COMMAND ${python} ${tests}/site.py ${PROJECT_SOURCE_DIR}/scripts/html)
set_tests_properties(site PROPERTIES SKIP_RETURN_CODE 77)
