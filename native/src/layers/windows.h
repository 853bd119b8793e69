// The windows of a convolution or pooling layer as its kernels want them.
#pragma once

#include "../kernels/convolution_types.h"
#include "../model.h"

namespace basin {

inline Windows windows_of(const PlannedLayer& plan) {
  const LayerSpec& spec = plan.spec;
  const auto word = [](uint32_t value) { return static_cast<int>(value); };
  // Of one window the step to the next says nothing, and may be any number.
  const auto step = [](uint32_t value, int places) { return places == 1 ? 1 : static_cast<int>(value); };
  return {plan.input.channels,     plan.input.height,        plan.input.width,
          plan.output.channels,    plan.output.height,       plan.output.width,
          word(spec.kernel.height), word(spec.kernel.width),
          step(spec.stride.height, plan.output.height), step(spec.stride.width, plan.output.width),
          word(spec.padding.height), word(spec.padding.width)};
}

}  // namespace basin
