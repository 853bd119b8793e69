// A block of numbers aligned to a cache line (a large one to a large page), zeroed, never resized while in use. Throws
// std::bad_alloc.
#pragma once

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

namespace basin {

template <typename T>
class Aligned {
  static_assert(std::is_arithmetic<T>::value, "zeroed bytes must be zeros");

 public:
  Aligned() = default;
  explicit Aligned(size_t size) { allocate(size); }
  Aligned(Aligned&& other) noexcept { swap(other); }
  Aligned& operator=(Aligned&& other) noexcept {
    Aligned moved(std::move(other));
    swap(moved);
    return *this;
  }
  Aligned(const Aligned&) = delete;
  Aligned& operator=(const Aligned&) = delete;
  ~Aligned() { std::free(block_); }

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t i) { return data_[i]; }
  T operator[](size_t i) const { return data_[i]; }
  void clear() {
    if (size_ > 0) std::memset(data_, 0, size_ * sizeof(T));
  }

 private:
  static constexpr size_t line = 64;
  static constexpr size_t largePage = size_t{2} << 20;

  void allocate(size_t size) {
    if (size > (std::numeric_limits<size_t>::max() - 2 * largePage) / sizeof(T)) throw std::bad_alloc();
    const size_t bytes = size * sizeof(T);
    const bool large = bytes >= largePage / 2;
    const size_t alignment = large ? largePage : line;
    // One alignment in front to align, one behind so that whole vectors may be read at the end and large pages are whole.
    block_ = std::calloc(bytes + 2 * alignment, 1);
    if (block_ == nullptr) throw std::bad_alloc();
    const auto address = (reinterpret_cast<uintptr_t>(block_) + alignment - 1) & ~(uintptr_t{alignment} - 1);
    data_ = reinterpret_cast<T*>(address);
    size_ = size;
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    // Only a wish: a step of a wide network reads and writes so many pages that their addresses alone take a tenth of it.
    if (large) madvise(data_, (bytes + largePage - 1) / largePage * largePage, MADV_HUGEPAGE);
#endif
  }
  void swap(Aligned& other) noexcept {
    std::swap(block_, other.block_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  void* block_ = nullptr;
  T* data_ = nullptr;
  size_t size_ = 0;
};

using AlignedFloats = Aligned<float>;

}  // namespace basin
