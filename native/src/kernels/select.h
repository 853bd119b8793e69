// Which instruction set this process computes with. Defined for float and double.
#pragma once

#include <string>
#include <vector>

#include "table.h"

namespace basin {

/// The tables this machine can run, fastest first, the reference last.
template <typename Real>
const std::vector<const KernelTable<Real>*>& available_kernels();

/// The table of a name, or null when there is none here.
template <typename Real>
const KernelTable<Real>* kernels_named(const std::string& name);

/// The fastest one, or the one that the environment variable BASIN_SIMD names. A name that this machine lacks is passed over.
template <typename Real>
const KernelTable<Real>& default_kernels();

}  // namespace basin
