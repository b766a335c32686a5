# cmake --install: headers, targets and the package file that find_package(hpo CONFIG) reads.
include(CMakePackageConfigHelpers)

install(DIRECTORY include/hpo DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS hpo_search EXPORT hpo_search_targets)
install(EXPORT hpo_search_targets NAMESPACE hpo:: FILE hpoSearchTargets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hpo)
if(HPO_TORCH)
  install(TARGETS hpo_hpo hpo_libtorch EXPORT hpo_torch_targets)
  install(EXPORT hpo_torch_targets NAMESPACE hpo:: FILE hpoTorchTargets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hpo)
endif()
configure_package_config_file(cmake/hpoConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/hpoConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hpo)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/hpoConfigVersion.cmake
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/hpoConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/hpoConfigVersion.cmake
              cmake/HpoDependencies.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hpo)
