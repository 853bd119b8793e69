// Which instruction set this process computes with.
#pragma once

#include <string>
#include <vector>

#include "table.h"

namespace basin {

/// The tables this machine can run, fastest first, the reference last.
const std::vector<const KernelTable*>& available_kernels();

/// The table of a name, or null when there is none here.
const KernelTable* kernels_named(const std::string& name);

/// The fastest one, or the one that the environment variable BASIN_SIMD names. A name that this machine lacks is passed over.
const KernelTable& default_kernels();

}  // namespace basin
