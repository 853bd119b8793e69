// A session's training loss as a function of its parameters.
#pragma once

#include "../curvature/objective.h"
#include "../session.h"

namespace basin {

/// The samples are shared, running statistics copied. `ridge`: ObjectiveOptions.
inline ObjectiveOptions training_objective(Session& session, double ridge) {
  ObjectiveOptions options;
  options.model = session.options().model;
  options.samples = session.samples(SampleSet::Training);
  options.ridge = ridge;
  options.buffers = session.buffers();
  options.threads = session.options().threads;
  options.simd = session.options().simd;
  return options;
}

}  // namespace basin
