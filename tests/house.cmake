# Tests of the house itself: its layers, its headers, its refusals, its documents, its package.
get_target_property(flags hpo_warnings INTERFACE_COMPILE_OPTIONS)
set(search_flags -std=c++20 -I${PROJECT_SOURCE_DIR}/include)
foreach(folder IN LISTS HPO_SEARCH_INCLUDES)
  if(NOT folder STREQUAL "/usr/include")
    list(APPEND search_flags -isystem ${folder})
  endif()
endforeach()
set(torch_flags ${search_flags})
if(HPO_TORCH)
  get_target_property(torch_folders torch INTERFACE_INCLUDE_DIRECTORIES)
  foreach(folder IN LISTS torch_folders)
    if(NOT folder STREQUAL "/usr/include")
      list(APPEND torch_flags -isystem ${folder})
    endif()
  endforeach()
endif()

find_program(HPO_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)  # before another that lacks Debian's modules
find_program(HPO_PYTHON NAMES python3 REQUIRED)

add_test(NAME house/layering COMMAND ${HPO_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/layering.py ${PROJECT_SOURCE_DIR})
add_test(NAME house/doc_snippets COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR}
         -P ${CMAKE_CURRENT_SOURCE_DIR}/doc_snippets.cmake)

# Each public header compiles alone, without warnings.
set(warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
foreach(half search torch)
  if(half STREQUAL "search" OR HPO_TORCH)
    add_test(NAME house/headers_${half} COMMAND ${HPO_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/headers.py ${half}
             ${PROJECT_SOURCE_DIR}/include ${CMAKE_CXX_COMPILER} ${${half}_flags} ${warnings})
    set_tests_properties(house/headers_${half} PROPERTIES TIMEOUT 1200 PROCESSORS 2)
  endif()
endforeach()

# Each file of compile_fail/ must not compile, and the first error must say what its first line expects.
file(GLOB_RECURSE refusals CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/compile_fail/*.cpp)
foreach(source IN LISTS refusals)
  file(RELATIVE_PATH name ${CMAKE_CURRENT_SOURCE_DIR}/compile_fail ${source})
  string(REGEX REPLACE "\\.cpp$" "" name ${name})
  set(half search)
  set(first_error "")
  if(name MATCHES "^space/")
    set(first_error ";-Wfatal-errors")  # hpo's own refusals are named by the first error; concepts explain themselves after it
  endif()
  if(name MATCHES "^(nn|placement|train|agent|sweep/agent|app|checkpoint)/")
    set(half torch)
  endif()
  if(half STREQUAL "search" OR HPO_TORCH)
    add_test(NAME compile_fail/${name} COMMAND ${CMAKE_COMMAND} -DSOURCE=${source} "-DCOMPILER=${CMAKE_CXX_COMPILER}"
             "-DFLAGS=${${half}_flags};-fconcepts-diagnostics-depth=2${first_error}" -P ${CMAKE_CURRENT_SOURCE_DIR}/compile_fail.cmake)
  endif()
endforeach()

# The installed package and add_subdirectory, used by small projects of their own.
add_test(NAME house/package COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/package/run.sh ${CMAKE_COMMAND} ${PROJECT_SOURCE_DIR}
         ${PROJECT_BINARY_DIR} ${HPO_TORCH})
set_tests_properties(house/package PROPERTIES TIMEOUT 1200)

# The programs as a user runs them: real processes, files, signals.
if(HPO_EXAMPLES)
  # It judges its own result; a study that is there already would go on.
  add_test(NAME programs/search_function COMMAND sh -c "rm -f \"$1\"* && \"$0\" \"$1\""
           $<TARGET_FILE:search_function> ${PROJECT_BINARY_DIR}/search_function.db)
endif()
if(HPO_TORCH AND HPO_EXAMPLES)
  foreach(case sweep refusal agent)
    add_test(NAME programs/${case} COMMAND ${HPO_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/programs/${case}_test.py
             $<TARGET_FILE_DIR:criteria>)
    set_tests_properties(programs/${case} PROPERTIES TIMEOUT 900 PROCESSORS 2)
  endforeach()
  add_test(NAME programs/own_trainer COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/programs/own_trainer.sh
           $<TARGET_FILE:own_trainer> ${PROJECT_SOURCE_DIR})
  set_tests_properties(programs/own_trainer PROPERTIES TIMEOUT 600)
endif()
