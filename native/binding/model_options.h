// Layers and optimisers as shared/models describes them.
#pragma once

#include "../src/model.h"
#include "arguments.h"

namespace basin {

/// A Model of shared/models/model.ts (input and layers). Throws Error BadModel naming the layer.
void parse_layers_of(const Napi::Object& model, ModelSpec& to);

/// An Optimizer of shared/models/optimizer.ts. Throws Error BadModel.
OptimizerSpec parse_optimizer(Napi::Value value);

}  // namespace basin
