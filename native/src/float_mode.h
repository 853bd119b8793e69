// Treats denormal numbers as zero within a scope: dead units leave moments that shrink below 1e-38, where many processors
// compute a hundred times slower. Results above that size do not change.
#pragma once

#if defined(BASIN_X86)
#include <xmmintrin.h>
#endif
#include <cstdint>

namespace basin {

class FlushDenormals {
 public:
#if defined(BASIN_X86)
  // Bits 15 (results) and 6 (operands) of the control register.
  FlushDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | 0x8040u); }
  ~FlushDenormals() { _mm_setcsr(saved_); }

 private:
  unsigned saved_;
#elif defined(__aarch64__) && defined(__GNUC__)
  FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(saved_));
    asm volatile("msr fpcr, %0" : : "r"(saved_ | (uint64_t{1} << 24)));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" : : "r"(saved_)); }

 private:
  uint64_t saved_;
#else
  FlushDenormals() {}
#endif

 public:
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
};

}  // namespace basin
