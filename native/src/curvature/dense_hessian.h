// The exact Hessian of a chain of dense layers, without a product for each column: Bishop, "Exact calculation of the Hessian matrix for
// the multilayer perceptron" (1992), rearranged for matrix products.
//
// Of one sample, dL/dW of layer m is delta_p x_q, and a change of z_i in layer l is made by W_ij through x_j. So with the responses
// S = d delta_p / d z_i and T = d x_q / d z_i, which take one way there and back for each unit i of the network,
//   d2L / dW_ij dW_pq = x_j (S x_q + delta_p T), summed over the samples: a product of x with rows of two outer products.
// P parameters and N samples take N P^2 multiplications in all, and the matrix's half above the diagonal is enough.
#pragma once

#include "objective.h"

namespace basin {

/// Adds nothing: out [P, P] becomes the Hessian of the mean loss, its upper half alone being written. The network is one that
/// DenseChain::describes; goOn and errors are Objective's.
void dense_hessian(Objective& objective, const double* theta, double* out, const GoOn& goOn);

}  // namespace basin
