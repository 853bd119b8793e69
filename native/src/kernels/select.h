// Which instruction set this process computes with. Defined for float and double.
#pragma once

#include <string>
#include <vector>

#include "table.h"

namespace basin {

/// The tables this machine can run, fastest first, the reference last.
template <typename Real>
const std::vector<const KernelTable<Real>*>& available_kernels();

/// The fastest one, or the one that the environment variable BASIN_SIMD names. A name that this machine lacks is passed over.
template <typename Real>
const KernelTable<Real>& default_kernels();

/// Those of a name, or the default ones for an empty name. Throws Error BadArgument for a name that this machine lacks.
template <typename Real>
const KernelTable<Real>& kernels_for(const std::string& name);

}  // namespace basin
