#include "linalg_select.h"

#include "select.h"

namespace basin {
namespace {

const LinalgKernels& linalg_of(const KernelTable<double>& dense) {
  const std::string name = dense.name;
#if defined(BASIN_X86)
  if (name == "avx512") return avx512LinalgKernels();
  if (name == "avx2") return avx2LinalgKernels();
#endif
  return name == "baseline" ? baselineLinalgKernels() : referenceLinalgKernels();
}

}  // namespace

const std::vector<const LinalgKernels*>& available_linalg_kernels() {
  static const std::vector<const LinalgKernels*> tables = [] {
    std::vector<const LinalgKernels*> found;
    for (const KernelTable<double>* dense : available_kernels<double>()) found.push_back(&linalg_of(*dense));
    return found;
  }();
  return tables;
}

const LinalgKernels& default_linalg_kernels() { return linalg_of(default_kernels<double>()); }

}  // namespace basin
