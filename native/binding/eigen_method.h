// symmetricEigen of the engine: a matrix in, a task out.
#pragma once

#include <napi.h>

namespace basin {

/// symmetricEigen(matrix, vectors, threads): { result, stop }, a promise of { values, vectors? }, and a function that ends the computation.
Napi::Value symmetric_eigen_method(const Napi::CallbackInfo& info);

}  // namespace basin
