// The numbers that a training goes on from, as bytes and back. A session names them in one order for all three ways: counting, writing
// and reading. Bytes are of this machine's order; every machine that the core is built for has the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "error.h"

namespace basin {

class StateArchive {
 public:
  virtual ~StateArchive() = default;

  template <typename Number>
  void number(Number& value) {
    bytes(&value, sizeof value);
  }
  template <typename Number>
  void numbers(Number* values, size_t count) {
    bytes(values, count * sizeof(Number));
  }
  /// None or `length` of them. Throws Error BadData when read as any other number.
  void optional(std::vector<double>& values, size_t length) {
    auto count = static_cast<uint64_t>(values.size());
    number(count);
    if (count != 0 && count != length) throw Error(ErrorCode::BadData, "state: it does not fit this session");
    values.resize(static_cast<size_t>(count));
    numbers(values.data(), values.size());
  }

 protected:
  virtual void bytes(void* data, size_t size) = 0;
};

class StateCounter final : public StateArchive {
 public:
  size_t size() const { return size_; }

 protected:
  void bytes(void*, size_t size) override { size_ += size; }

 private:
  size_t size_ = 0;
};

class StateWriter final : public StateArchive {
 public:
  explicit StateWriter(uint8_t* to) : to_(to) {}

 protected:
  void bytes(void* data, size_t size) override {
    if (size > 0) std::memcpy(to_, data, size);
    to_ += size;
  }

 private:
  uint8_t* to_;
};

class StateReader final : public StateArchive {
 public:
  StateReader(const uint8_t* from, size_t size) : from_(from), left_(size) {}
  size_t left() const { return left_; }

 protected:
  /// Throws Error BadData at the end.
  void bytes(void* data, size_t size) override {
    if (size > left_) throw Error(ErrorCode::BadData, "state: it is cut off");
    if (size > 0) std::memcpy(data, from_, size);
    from_ += size;
    left_ -= size;
  }

 private:
  const uint8_t* from_;
  size_t left_;
};

}  // namespace basin
