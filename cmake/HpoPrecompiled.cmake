# libtorch's headers, compiled once for all tests and examples that use them (11 s each otherwise).
add_library(hpo_precompiled OBJECT ${CMAKE_CURRENT_LIST_DIR}/precompiled.cpp)
target_link_libraries(hpo_precompiled PRIVATE hpo::hpo hpo_warnings)
set_target_properties(hpo_precompiled PROPERTIES JOB_POOL_COMPILE torch_compile)
if(HPO_PCH)
  target_precompile_headers(hpo_precompiled PRIVATE
    <algorithm> <filesystem> <map> <memory> <optional> <string> <string_view> <variant> <vector>
    <nlohmann/json.hpp> <torch/nn/module.h> <torch/csrc/autograd/custom_function.h>)
endif()

# A target that uses torch: warnings, the precompiled headers, and its turn in the pool.
function(hpo_torch_target target)
  target_link_libraries(${target} PRIVATE hpo::hpo hpo_warnings)
  set_target_properties(${target} PROPERTIES JOB_POOL_COMPILE torch_compile)
  if(HPO_PCH)
    target_precompile_headers(${target} REUSE_FROM hpo_precompiled)
  endif()
endfunction()
