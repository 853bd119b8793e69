// Asks the processor what it can do, once.
#include "select.h"

#include <cstdlib>

#include "../error.h"

#if defined(BASIN_X86) && defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif

namespace basin {
namespace {

#if defined(BASIN_X86)
#if defined(_MSC_VER) && !defined(__clang__)
/// Processor and operating system (which must save the wide registers, XCR0) both have to agree.
struct Features {
  bool avx2 = false;
  bool avx512 = false;
  Features() {
    int leaf[4];
    __cpuid(leaf, 0);
    if (leaf[0] < 7) return;
    __cpuid(leaf, 1);
    const bool saved = (leaf[2] & (1 << 27)) != 0;
    const bool fma = (leaf[2] & (1 << 12)) != 0;
    if (!saved || !fma) return;
    const unsigned long long kept = _xgetbv(0);
    __cpuidex(leaf, 7, 0);
    const unsigned wanted = (1u << 16) | (1u << 17) | (1u << 30) | (1u << 31);
    avx2 = (kept & 0x6) == 0x6 && (leaf[1] & (1 << 5)) != 0;
    avx512 = avx2 && (kept & 0xe6) == 0xe6 && (static_cast<unsigned>(leaf[1]) & wanted) == wanted;
  }
};
#else
struct Features {
  bool avx2 = false;
  bool avx512 = false;
  Features() {
    __builtin_cpu_init();
    avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  }
};
#endif
#endif

template <typename Real>
std::vector<const KernelTable<Real>*> find_kernels() {
  std::vector<const KernelTable<Real>*> tables;
#if defined(BASIN_X86)
  const Features features;
  if (features.avx512) tables.push_back(&avx512Kernels<Real>());
  if (features.avx2) tables.push_back(&avx2Kernels<Real>());
#endif
  tables.push_back(&baselineKernels<Real>());
  tables.push_back(&referenceKernels<Real>());
  return tables;
}

}  // namespace

template <typename Real>
const std::vector<const KernelTable<Real>*>& available_kernels() {
  static const std::vector<const KernelTable<Real>*> tables = find_kernels<Real>();
  return tables;
}

namespace {

/// The table of a name, or null when there is none here.
template <typename Real>
const KernelTable<Real>* kernels_named(const std::string& name) {
  for (const KernelTable<Real>* table : available_kernels<Real>()) {
    if (name == table->name) return table;
  }
  return nullptr;
}

}  // namespace

template <typename Real>
const KernelTable<Real>& default_kernels() {
  const char* wanted = std::getenv("BASIN_SIMD");
  const KernelTable<Real>* table = wanted == nullptr ? nullptr : kernels_named<Real>(wanted);
  return table != nullptr ? *table : *available_kernels<Real>().front();
}

template <typename Real>
const KernelTable<Real>& kernels_for(const std::string& name) {
  const KernelTable<Real>* table = name.empty() ? &default_kernels<Real>() : kernels_named<Real>(name);
  if (table == nullptr) throw Error(ErrorCode::BadArgument, "simd: this machine has no '" + name + "'");
  return *table;
}

template const std::vector<const KernelTable<float>*>& available_kernels<float>();
template const std::vector<const KernelTable<double>*>& available_kernels<double>();
template const KernelTable<float>& default_kernels<float>();
template const KernelTable<double>& default_kernels<double>();
template const KernelTable<float>& kernels_for<float>(const std::string& name);
template const KernelTable<double>& kernels_for<double>(const std::string& name);

}  // namespace basin
