// The full generalized Gauss-Newton matrix, sum over samples of J^T (second derivative of the loss in the outputs) J, from the Jacobians J
// [O, P] of the samples' outputs.
#pragma once

#include "objective.h"

namespace basin {

/// out [P, P] becomes the matrix of the mean loss, its upper half alone being written. goOn and errors are Objective's.
/// It takes N O P^2 multiplications (N samples, O outputs) and for each sample 2 O ways back through the network.
void gauss_newton(Objective& objective, const double* theta, double* out, const GoOn& goOn);

}  // namespace basin
