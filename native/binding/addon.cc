// The addon's exports: the class Session, what this machine computes with, and the random numbers for the tests that compare.
#include <napi.h>

#include <cstring>

#include <cstring>

#include "../src/kernels/select.h"
#include "../src/permutation.h"
#include "arguments.h"
#include "eigen_method.h"
#include "session_object.h"

namespace basin {
namespace {

uint32_t word(Napi::Value value, const char* name) { return word_argument(value, ErrorCode::BadArgument, name); }

/// philox(key0, key1, c0, c1, c2, c3): four words.
Napi::Value philox_block(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    uint32_t words[6];
    for (size_t i = 0; i < 6; ++i) words[i] = word(info[i], "philox argument");
    const RandomBlock block = philox({words[0], words[1]}, {words[2], words[3], words[4], words[5]});
    auto array = Napi::Uint32Array::New(info.Env(), block.size());
    std::memcpy(array.Data(), block.data(), sizeof block);
    return array;
  });
}

/// permutation(key0, key1, stream, length).
Napi::Value permutation(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const RandomKey key = {word(info[0], "key"), word(info[1], "key")};
    const uint32_t stream = word(info[2], "stream");
    const uint32_t length = word(info[3], "length");
    require_memory(2.0 * length * sizeof(uint32_t), "the permutation");
    std::vector<uint32_t> order(length);
    permute(default_kernels<float>(), key, stream, order);
    return to_array(info.Env(), order, "the permutation");
  });
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("Session", SessionObject::define(env));
  exports.Set("simd", default_kernels<float>().name);
  Napi::Array levels = Napi::Array::New(env);
  for (const KernelTable<float>* table : available_kernels<float>()) levels.Set(levels.Length(), table->name);
  exports.Set("simdLevels", levels);
  exports.Set("philox", Napi::Function::New(env, philox_block));
  exports.Set("symmetricEigen", Napi::Function::New(env, symmetric_eigen_method));
  exports.Set("permutation", Napi::Function::New(env, permutation));
  return exports;
}

}  // namespace
}  // namespace basin

static Napi::Object init_basin(Napi::Env env, Napi::Object exports) { return basin::init(env, exports); }

NODE_API_MODULE(basin, init_basin)
