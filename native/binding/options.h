// Option objects of JavaScript turned into what the core takes.
#pragma once

#include "../src/trainer.h"
#include "arguments.h"

namespace basin {

/// SessionOptions (electron/engines/engine.ts) and `simd`. Throws Error BadModel or BadArgument.
SessionOptions parse_session_options(Napi::Value value);

/// 'training' or 'test'. Throws Error BadData.
SampleSet parse_set(Napi::Value value);

/// One that has samples. Throws Error BadData.
SampleSet parse_filled_set(Napi::Value value, const Session& session);

/// Two words. Throws Error BadArgument naming it.
RandomKey parse_key(Napi::Value value, const char* name);

/// TrainOptions. Throws Error BadArgument.
TrainOptions parse_train_options(Napi::Value value);

}  // namespace basin
