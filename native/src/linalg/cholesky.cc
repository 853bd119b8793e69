// Blocks of rows from the top: the block's own triangle, the rest of its rows, then the rest of the matrix by one matrix product.
#include "cholesky.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "../model.h"
#include "layout.h"

namespace basin {
namespace {

/// Columns that are solved together: with the rows of a block they fit a first cache.
constexpr size_t panelColumns = 64;

}  // namespace

Cholesky::Cholesky(size_t n, const LinalgKernels& kernels) : n_(n), stride_(matrix_stride(n)), kernels_(kernels) {
  const size_t size = n * stride_ + columnMultiple;
  require_memory(sizeof(double) * static_cast<double>(size), "the Cholesky factor of " + std::to_string(n) + " rows");
  matrix_ = Aligned<double>(size);
  negated_ = Aligned<double>(blockSize * stride_ + columnMultiple);
}

Cholesky::Outcome Cholesky::factor(Team& team, const GoOn& goOn) {
  outcome_ = Outcome::Done;
  team.run([&](int thread) {
    for (size_t from = 0; from < n_; from += blockSize) {
      const size_t to = std::min(from + blockSize, n_);
      if (thread == 0) {
        if (goOn()) factor_diagonal(from, to);
        else outcome_ = Outcome::Stopped;
      }
      team.barrier();
      if (outcome_ != Outcome::Done) return;
      solve_panel(from, to, thread, team.size());
      team.barrier();
      update_rest(from, to, thread, team.size());
      team.barrier();
    }
  });
  return outcome_;
}

/// Row j of U is row j of A without what the rows above have explained, over its diagonal's root.
void Cholesky::factor_diagonal(size_t from, size_t to) {
  double factors[blockSize];
  for (size_t j = from; j < to; ++j) {
    for (size_t i = from; i < j; ++i) factors[i - from] = -row(i)[j];
    kernels_.addRows(row(from) + j, stride_, j - from, factors, row(j) + j, to - j);
    const double pivot = row(j)[j];
    if (!(pivot > 0)) {
      outcome_ = Outcome::NotPositiveDefinite;
      failedRow_ = j;
      return;
    }
    kernels_.scale(1 / std::sqrt(pivot), row(j) + j, to - j);
  }
}

/// The columns behind the block's triangle.
void Cholesky::solve_panel(size_t from, size_t to, int thread, int threads) {
  const Share mine = even_share(n_ - to, thread, threads);
  for (size_t column = to + mine.from; column < to + mine.to; column += panelColumns) {
    const size_t count = std::min(panelColumns, to + mine.to - column);
    for (size_t j = from; j < to; ++j) {
      double factors[blockSize];
      for (size_t i = from; i < j; ++i) factors[i - from] = -row(i)[j];
      double* elements = row(j) + column;
      kernels_.addRows(row(from) + column, stride_, j - from, factors, elements, count);
      kernels_.scale(1 / row(j)[j], elements, count);
      double* negated = negated_.data() + (j - from) * stride_ + column;
      for (size_t i = 0; i < count; ++i) negated[i] = -elements[i];
    }
  }
}

/// A - U^T U for the block's rows of U.
void Cholesky::update_rest(size_t from, size_t to, int thread, int threads) {
  // Row i has n - i elements: a lower triangle upside down.
  const size_t size = n_ - to;
  const Share fromEnd = triangle_share(size, static_cast<size_t>(threads - 1 - thread), static_cast<size_t>(threads));
  const size_t begin = n_ - std::min(fromEnd.to, size), end = n_ - std::min(fromEnd.from, size);
  for (size_t first = begin; first < end; first += productRows) {
    Gemm<double> g = {};
    g.rows = static_cast<int>(std::min(productRows, end - first));
    g.columns = static_cast<int>(n_ - first);
    g.depth = static_cast<int>(to - from);
    g.a = negated_.data() + first;
    g.aRow = 1;
    g.aStep = static_cast<ptrdiff_t>(stride_);
    g.b = row(from) + first;
    g.bStep = static_cast<ptrdiff_t>(stride_);
    g.c = row(first) + first;
    g.cRow = static_cast<ptrdiff_t>(stride_);
    g.accumulate = true;
    kernels_.dense->gemm(g);
  }
}

void Cholesky::solve(double* x) const {
  const double* u = matrix_.data();
  for (size_t i = 0; i < n_; ++i, u += stride_) {
    x[i] /= u[i];
    kernels_.axpy(-x[i], u + i + 1, x + i + 1, n_ - i - 1);
  }
  for (size_t i = n_; i-- > 0;) {
    u -= stride_;
    x[i] = (x[i] - kernels_.dot(u + i + 1, x + i + 1, n_ - i - 1)) / u[i];
  }
}

}  // namespace basin
