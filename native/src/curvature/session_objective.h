// A session's loss over one of its sets as a function of its parameters.
#pragma once

#include "../session.h"
#include "objective.h"

namespace basin {

/// The samples are shared, running statistics copied. `ridge`: ObjectiveOptions.
inline ObjectiveOptions objective_of(Session& session, SampleSet set, double ridge) {
  ObjectiveOptions options;
  options.model = session.options().model;
  options.samples = session.samples(set);
  options.ridge = ridge;
  options.buffers = session.buffers();
  options.threads = session.options().threads;
  options.simd = session.options().simd;
  return options;
}

}  // namespace basin
