// Gradients with respect to the inputs, for each sample alone.
#pragma once

#include <vector>

#include "objective.h"

namespace basin {

/// Of a sample's own loss (squared errors: their mean over the outputs), or of all its outputs.
enum class InputGradientOf { Loss, Output };

struct InputGradientNorms {
  double mean;
  /// For each sample the Frobenius norm of the gradient [I] of its loss, or of the Jacobian [O, I] of its outputs.
  std::vector<double> norms;
};

/// The Jacobian takes one way back for each output. Neither changes with the objective's ridge. goOn and errors are Objective's.
InputGradientNorms input_gradient_norms(Objective& objective, const double* theta, InputGradientOf of, const GoOn& goOn);

}  // namespace basin
