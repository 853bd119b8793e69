// A block of floats aligned to a cache line, zeroed, never resized while in use. Throws std::bad_alloc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace basin {

class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(size_t size) { allocate(size); }
  AlignedFloats(AlignedFloats&& other) noexcept { swap(other); }
  AlignedFloats& operator=(AlignedFloats&& other) noexcept {
    AlignedFloats moved(std::move(other));
    swap(moved);
    return *this;
  }
  AlignedFloats(const AlignedFloats&) = delete;
  AlignedFloats& operator=(const AlignedFloats&) = delete;
  ~AlignedFloats() { std::free(block_); }

  float* data() { return data_; }
  const float* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  float& operator[](size_t i) { return data_[i]; }
  float operator[](size_t i) const { return data_[i]; }
  void clear() {
    if (size_ > 0) std::memset(data_, 0, size_ * sizeof(float));
  }

 private:
  static constexpr size_t alignment = 64;

  void allocate(size_t size) {
    if (size > (std::numeric_limits<size_t>::max() - 2 * alignment) / sizeof(float)) throw std::bad_alloc();
    // One alignment in front to align, one behind so that whole vectors may be read at the end.
    block_ = std::calloc(size * sizeof(float) + 2 * alignment, 1);
    if (block_ == nullptr) throw std::bad_alloc();
    const auto address = (reinterpret_cast<uintptr_t>(block_) + alignment - 1) & ~(uintptr_t{alignment} - 1);
    data_ = reinterpret_cast<float*>(address);
    size_ = size;
  }
  void swap(AlignedFloats& other) noexcept {
    std::swap(block_, other.block_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  void* block_ = nullptr;
  float* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace basin
