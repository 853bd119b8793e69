// Linear algebra's kernels for the instruction sets of select.h.
#pragma once

#include <string>
#include <vector>

#include "linalg_table.h"

namespace basin {

/// The tables this machine can run, fastest first, the reference last.
const std::vector<const LinalgKernels*>& available_linalg_kernels();

/// The one of the level that default_kernels<double>() takes.
const LinalgKernels& default_linalg_kernels();

}  // namespace basin
