// A dense symmetric matrix as A = Q T Q^T, T symmetric tridiagonal, by Householder reflections: the first step of its eigenvalues, and
// the way back for its eigenvectors. Golub and Van Loan, Matrix Computations, section 8.3.1; blocked after Dongarra, Hammarling and
// Sorensen (1989): half of the work are symmetric products with a vector, half a matrix product for each block of reflections.
#pragma once

#include <vector>

#include "../aligned.h"
#include "../go_on.h"
#include "../kernels/linalg_table.h"
#include "../team.h"
#include "layout.h"
#include "tridiagonal_qr.h"

namespace basin {

class Tridiagonalization {
 public:
  /// A matrix [n, n] of zeros, whose lower triangle the caller fills by `row`.
  Tridiagonalization(size_t n, const LinalgKernels& kernels);

  /// Row i, of which elements 0 to i count. Their squares must neither overflow nor all underflow.
  double* row(size_t i) { return matrix_.data() + i * stride_; }

  /// Reduces the matrix. False when goOn, which is asked for each row, said so; it must not throw.
  bool reduce(Team& team, const GoOn& goOn);

  const Tridiagonal& tridiagonal() const { return tridiagonal_; }

  /// rows[i] = Q rows[i] for n rows [n, rowStride], after `reduce`; rowStride a multiple of columnMultiple.
  bool transform_back(double* rows, size_t rowStride, Team& team, const GoOn& goOn);

  /// Bytes that `reduce` needs.
  static double memory_of(size_t n);

 private:
  /// Reflections k = `to` - 1, ..., `from`, applied together: I - V^T T V.
  struct Block {
    Aligned<double> vectors, combined;
    size_t from, to;
  };
  struct Reflection {
    double tau, scale, offDiagonal;
  };

  void reduce_part(int thread, Team& team, const GoOn& goOn);
  void update_row(size_t k, size_t pending, Share columns);
  Reflection reflection_of(size_t k);
  void store_vector(size_t k, size_t pending, double scale, Share columns);
  void multiply(size_t k, size_t pending, int thread, int threads);
  void store_product(size_t k, size_t pending, double tau, Share columns);
  void update_matrix(size_t size, size_t pending, int thread, int threads);

  void build_block(Block& block);
  void apply_block(const Block& block, double* rows, size_t rowStride, size_t count, double* products);

  double* vector(size_t j) { return panel_.data() + j * stride_; }
  double* product(size_t j) { return panel_.data() + (blockSize + j) * stride_; }
  double* vector_again(size_t j) { return panel_.data() + (2 * blockSize + j) * stride_; }
  double* partial(size_t part) { return partials_.data() + part * stride_; }

  static constexpr size_t blockSize = 16;
  static constexpr size_t wideBlock = 64;

  const size_t n_, stride_;
  /// Products with the matrix are sums of this many, whatever the number of threads, so that it does not change the bits.
  const size_t parts_;
  const LinalgKernels& kernels_;
  Aligned<double> matrix_;
  /// The block's vectors v, products -w, and vectors again: A - v w^T - w v^T = A + [v -w] [-w v]^T is one matrix product.
  Aligned<double> panel_;
  /// The parts of A v, and their products with v.
  Aligned<double> partials_;
  std::vector<double> alongs_;
  double dotsOfVectors_[blockSize] = {0}, dotsOfProducts_[blockSize] = {0};
  std::vector<double> taus_;
  Tridiagonal tridiagonal_;
  bool stopped_ = false;
};

}  // namespace basin
