// Option objects of JavaScript turned into what the core takes.
#pragma once

#include "../src/trainer.h"
#include "arguments.h"

namespace basin {

/// Model, loss and optimiser of SessionOptions (electron/engines/engine.ts). Throws Error BadModel.
ModelSpec parse_model(const Napi::Object& options);

/// The instruction set that `simd` names, or the default. Throws Error BadArgument for one that this machine lacks.
const KernelTable<float>& parse_kernels(const Napi::Object& options);

/// TrainOptions. Throws Error BadArgument.
TrainOptions parse_train_options(Napi::Value value);

}  // namespace basin
