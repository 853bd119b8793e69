// A symmetric matrix that is known by its products alone: what the methods beside this file ask about.
#pragma once

#include "objective.h"

namespace basin {

struct SymmetricOperator {
  size_t size;
  /// y [size] = A x [size]; throws what ends a computation.
  std::function<void(const double* x, double* y)> apply;
  GoOn goOn;
};

/// One of an objective's matrices at theta [P]; both have to outlive it.
inline SymmetricOperator operator_of(Objective& objective, Operator op, const double* theta, const GoOn& goOn) {
  const auto product = [&objective, op, theta, goOn](const double* x, double* y) { objective.product(op, theta, x, y, goOn); };
  return {objective.parameterCount(), product, goOn};
}

}  // namespace basin
