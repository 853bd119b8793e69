// Asks the processor what it can do, once.
#include "select.h"

#include <cstdlib>

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

std::vector<const KernelTable*> find_kernels() {
  std::vector<const KernelTable*> tables;
#if defined(BASIN_X86)
  const Features features;
  if (features.avx512) tables.push_back(&avx512Kernels());
  if (features.avx2) tables.push_back(&avx2Kernels());
#endif
  tables.push_back(&baselineKernels());
  tables.push_back(&referenceKernels());
  return tables;
}

}  // namespace

const std::vector<const KernelTable*>& available_kernels() {
  static const std::vector<const KernelTable*> tables = find_kernels();
  return tables;
}

const KernelTable* kernels_named(const std::string& name) {
  for (const KernelTable* table : available_kernels()) {
    if (name == table->name) return table;
  }
  return nullptr;
}

const KernelTable& default_kernels() {
  const char* wanted = std::getenv("BASIN_SIMD");
  const KernelTable* table = wanted == nullptr ? nullptr : kernels_named(wanted);
  return table != nullptr ? *table : *available_kernels().front();
}

}  // namespace basin
