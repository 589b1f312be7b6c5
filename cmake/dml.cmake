# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# Finds Intel's Data Mover Library: by its CMake package, called Dml in 0.1.6, or by its files below
# DML_ROOT. Sets MINIASYNC_DML_TARGET, or leaves it empty and says why in MINIASYNC_DML_MISSING.

set(MINIASYNC_DML_TARGET "")
set(MINIASYNC_DML_MISSING "not found: say where with -DDML_ROOT=")

find_package(DML QUIET CONFIG)
find_package(Dml QUIET CONFIG)
foreach(target IN ITEMS DML::dml Dml::dml dml::dml)
  if(NOT MINIASYNC_DML_TARGET AND TARGET ${target})
    set(MINIASYNC_DML_TARGET ${target})
  endif()
endforeach()
if(NOT MINIASYNC_DML_TARGET)
  find_path(MINIASYNC_DML_INCLUDE dml/dml.h HINTS ${DML_ROOT}/include)
  find_library(MINIASYNC_DML_LIBRARY dml HINTS ${DML_ROOT}/lib ${DML_ROOT}/${CMAKE_INSTALL_LIBDIR})
  mark_as_advanced(MINIASYNC_DML_INCLUDE MINIASYNC_DML_LIBRARY)
  if(MINIASYNC_DML_INCLUDE AND MINIASYNC_DML_LIBRARY)
    add_library(miniasync_dml_files UNKNOWN IMPORTED)
    set_target_properties(miniasync_dml_files PROPERTIES
      IMPORTED_LOCATION ${MINIASYNC_DML_LIBRARY}
      INTERFACE_INCLUDE_DIRECTORIES ${MINIASYNC_DML_INCLUDE})
    set(MINIASYNC_DML_TARGET miniasync_dml_files)
  endif()
endif()
if(NOT MINIASYNC_DML_TARGET)
  return()
endif()

# A static DML needs the runtime of C++, and before glibc 2.34 libdl, and does not say so; and only
# a shared library of ours shows whether it was compiled to be a part of one.
include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_FLAGS -fPIC)
set(CMAKE_REQUIRED_LINK_OPTIONS -shared -Wl,-z,defs)
set(CMAKE_REQUIRED_QUIET ON)
foreach(attempt IN ITEMS "alone" "stdc++" "stdc++;dl")
  string(MAKE_C_IDENTIFIER "MINIASYNC_DML_LINKS_${attempt}" result)
  string(REPLACE "alone" "" libraries "${attempt}")
  set(CMAKE_REQUIRED_LIBRARIES ${MINIASYNC_DML_TARGET} ${libraries})
  unset(${result} CACHE) # another DML may lie there now
  check_c_source_compiles("
    #include <dml/dml.h>
    int probe(dml_job_t *job);
    int probe(dml_job_t *job)
    {
      return (int)dml_submit_job(job) + (int)dml_check_job(job);
    }" ${result})
  if(${result})
    set(MINIASYNC_DML_LIBRARIES ${CMAKE_REQUIRED_LIBRARIES})
    break()
  endif()
endforeach()
foreach(variable IN ITEMS FLAGS LINK_OPTIONS QUIET LIBRARIES)
  unset(CMAKE_REQUIRED_${variable})
endforeach()
if(NOT MINIASYNC_DML_LIBRARIES)
  set(MINIASYNC_DML_MISSING "found, but cannot be linked into a shared library")
  set(MINIASYNC_DML_TARGET "")
endif()
