// Takes JavaScript values apart. Whatever does not fit becomes an Error naming the argument; nothing is assumed about callers.
#pragma once

#include <napi.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "../src/error.h"
#include "../src/float_mode.h"
#include "../src/model.h"

namespace basin {

inline const char* code_text(ErrorCode code) {
  switch (code) {
    case ErrorCode::BadModel:
      return "engine/bad-model";
    case ErrorCode::BadData:
      return "engine/bad-data";
    case ErrorCode::OutOfMemory:
      return "engine/out-of-memory";
    case ErrorCode::BadArgument:
      return "argument/invalid";
    case ErrorCode::Canceled:
      return "engine/canceled";
  }
  return "internal";
}

inline Napi::Error javascript_error(Napi::Env env, const char* code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Value().Set("code", Napi::String::New(env, code));
  return error;
}

constexpr const char* outOfMemoryMessage = "there is not enough memory";

/// Runs `body` with the core's floating-point mode and turns what the core throws into JavaScript errors.
template <typename Body>
auto guarded(Napi::Env env, Body body) -> decltype(body()) {
  try {
    const FlushDenormals flush;
    return body();
  } catch (const Error& error) {
    throw javascript_error(env, code_text(error.code), error.what());
  } catch (const std::bad_alloc&) {
    throw javascript_error(env, code_text(ErrorCode::OutOfMemory), outOfMemoryMessage);
  } catch (const std::length_error&) {
    throw javascript_error(env, code_text(ErrorCode::OutOfMemory), outOfMemoryMessage);
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw javascript_error(env, "internal", error.what());
  }
}

inline Napi::Object object_argument(Napi::Value value, ErrorCode code, const char* name) {
  if (!value.IsObject()) throw Error(code, std::string(name) + " must be an object");
  return value.As<Napi::Object>();
}

inline double number_argument(Napi::Value value, ErrorCode code, const std::string& name) {
  if (!value.IsNumber()) throw Error(code, name + " must be a number");
  return value.As<Napi::Number>().DoubleValue();
}

/// The largest word, and the largest integer that every smaller one can be told from.
constexpr double maxWord = 4294967295.0, maxInteger = 9007199254740991.0;

/// An integer in [low, high], high at most maxInteger.
inline uint64_t integer_argument(Napi::Value value, ErrorCode code, const std::string& name, double low, double high) {
  const double number = number_argument(value, code, name);
  if (!(number >= low && number <= high) || number != std::floor(number)) {
    throw Error(code, name + " must be an integer from " + std::to_string(static_cast<uint64_t>(low)) + " to " +
                          std::to_string(static_cast<uint64_t>(high)));
  }
  return static_cast<uint64_t>(number);
}

inline uint32_t word_argument(Napi::Value value, ErrorCode code, const std::string& name, double low = 0) {
  return static_cast<uint32_t>(integer_argument(value, code, name, low, maxWord));
}

inline std::string string_argument(Napi::Value value, ErrorCode code, const std::string& name) {
  if (!value.IsString()) throw Error(code, name + " must be a string");
  return value.As<Napi::String>().Utf8Value();
}

template <typename T>
constexpr napi_typedarray_type arrayType = std::is_same_v<T, float>      ? napi_float32_array
                                           : std::is_same_v<T, double>   ? napi_float64_array
                                           : std::is_same_v<T, uint8_t>  ? napi_uint8_array
                                                                         : napi_uint32_array;

/// A view into a JavaScript array of exactly this element type; valid until JavaScript runs again.
template <typename T>
struct ArrayView {
  const T* data;
  size_t size;
};

template <typename T>
ArrayView<T> array_argument(Napi::Value value, ErrorCode code, const std::string& name) {
  const char* type = std::is_same_v<T, float>    ? "Float32Array"
                     : std::is_same_v<T, double> ? "Float64Array"
                     : std::is_same_v<T, uint8_t> ? "Uint8Array"
                                                  : "Uint32Array";
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != arrayType<T>) {
    throw Error(code, name + " must be a " + type);
  }
  const auto array = value.As<Napi::TypedArrayOf<T>>();
  const T* data = array.Data();
  return {data, data == nullptr ? 0 : array.ElementLength()};
}

/// A new JavaScript-owned array. V8 ends the process when it cannot allocate one, so absurd sizes are refused before.
template <typename T>
Napi::TypedArrayOf<T> new_array(Napi::Env env, size_t size, const char* what) {
  require_memory(static_cast<double>(size) * sizeof(T), what);
  if (size * sizeof(T) > 0x7fffffff) throw Error(ErrorCode::OutOfMemory, std::string(what) + " would be larger than 2 GB");
  return Napi::TypedArrayOf<T>::New(env, size);
}

/// A copy that JavaScript owns. `what` it is, for errors.
template <typename T>
Napi::TypedArrayOf<T> to_array(Napi::Env env, const std::vector<T>& numbers, const char* what) {
  auto array = new_array<T>(env, numbers.size(), what);
  std::copy(numbers.begin(), numbers.end(), array.Data());
  return array;
}

inline Napi::Number to_number(Napi::Env env, uint64_t value) { return Napi::Number::New(env, static_cast<double>(value)); }

}  // namespace basin
