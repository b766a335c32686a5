// Exists to own the precompiled headers of cmake/HpoPrecompiled.cmake.
