# SOURCE must not compile, and the compiler must say what SOURCE's first line expects: `// expect-error: <regex>`.
file(STRINGS ${SOURCE} first LIMIT_COUNT 1)
if(NOT first MATCHES "^// expect-error: (.+)$")
  message(FATAL_ERROR "${SOURCE}:1: expected '// expect-error: <regex>', got '${first}'")
endif()
set(expected "${CMAKE_MATCH_1}")
set(ENV{LC_ALL} C)  # plain quotes, English words
execute_process(COMMAND ${COMPILER} ${FLAGS} -fsyntax-only ${SOURCE} RESULT_VARIABLE result ERROR_VARIABLE said)
if(result EQUAL 0)
  message(FATAL_ERROR "${SOURCE}: expected an error that matches '${expected}', got a file that compiles")
endif()
if(NOT said MATCHES "${expected}")
  message(FATAL_ERROR "${SOURCE}: expected an error that matches '${expected}', got:\n${said}")
endif()
