# Fetches the reference tokenizers into FOLDER, once. Where node, npm or the network is missing it says so and succeeds:
# the tests that compare with the reference then skip.
#   cmake -DFOLDER=... -P install.cmake
if(EXISTS ${FOLDER}/node_modules/tokenizers/package.json)
  return()
endif()
find_program(node NAMES node nodejs)
find_program(npm NAMES npm)
if(NOT node OR NOT npm)
  message("skipped: no node or npm; texts are not compared with the reference tokenizers")
  return()
endif()
file(COPY ${CMAKE_CURRENT_LIST_DIR}/package.json ${CMAKE_CURRENT_LIST_DIR}/package-lock.json DESTINATION ${FOLDER})
execute_process(COMMAND ${npm} ci --ignore-scripts --no-audit --no-fund --fetch-retries 0 --fetch-timeout 60000
                WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output TIMEOUT 180)
if(NOT result EQUAL 0)
  file(REMOVE_RECURSE ${FOLDER}/node_modules)
  message("skipped: npm could not fetch the reference tokenizers; texts are not compared with them: ${output}")
endif()
