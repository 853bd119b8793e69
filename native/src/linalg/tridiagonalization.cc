// Reduces rows from the last to the first, so that what is left is always the matrix's beginning and every row starts at an aligned
// address. Row k has k elements left of the diagonal; its reflection H = 1 - tau v v^T leaves only the last of them.
#include "tridiagonalization.h"

#include <algorithm>
#include <cmath>

#include "layout.h"

namespace basin {
namespace {

size_t padded(size_t n) { return round_up(n, symmetricMultiple); }

/// Below this a sum of squares has lost digits; what it sums is then nothing beside elements near 1.
constexpr double smallestSquares = 1e-280;

}  // namespace

double Tridiagonalization::memory_of(size_t n) {
  return sizeof(double) * static_cast<double>(matrix_stride(n)) * static_cast<double>(padded(n));
}

Tridiagonalization::Tridiagonalization(size_t n, const LinalgKernels& kernels)
    : n_(n), stride_(matrix_stride(n)), parts_(static_cast<size_t>(most_threads(n))), kernels_(kernels),
      matrix_(padded(n) * stride_), panel_(3 * blockSize * stride_), partials_(parts_ * stride_), alongs_(parts_), taus_(n) {
  tridiagonal_.diagonal.resize(n);
  tridiagonal_.offDiagonal.resize(n - 1);
}

bool Tridiagonalization::reduce(Team& team, const GoOn& goOn) {
  for (size_t i = 0; i < n_; ++i) {
    for (size_t j = i - i % symmetricMultiple; j < i; ++j) row(j)[i] = row(i)[j];
  }
  team.run([&](int thread) { reduce_part(thread, team, goOn); });
  return !stopped_;
}

void Tridiagonalization::reduce_part(int thread, Team& team, const GoOn& goOn) {
  const int threads = team.size();
  size_t pending = 0;
  for (size_t k = n_ - 1;; --k) {
    const Share columns = vector_share(k + 1, thread, threads);
    update_row(k, pending, columns);
    if (thread == 0) stopped_ = !goOn();
    team.barrier();
    if (stopped_) return;
    if (thread == 0) tridiagonal_.diagonal[k] = row(k)[k];
    if (k == 0) return;

    const Reflection reflection = reflection_of(k);
    if (thread == 0) {
      taus_[k] = reflection.tau;
      tridiagonal_.offDiagonal[k - 1] = reflection.offDiagonal;
    }
    store_vector(k, pending, reflection.scale, columns);
    team.barrier();
    multiply(k, pending, thread, threads);
    team.barrier();
    store_product(k, pending, reflection.tau, columns);
    team.barrier();
    if (++pending == blockSize) {
      update_matrix(k, pending, thread, threads);
      team.barrier();
      pending = 0;
    }
  }
}

/// Brings row k up to date with the block's reflections.
void Tridiagonalization::update_row(size_t k, size_t pending, Share columns) {
  double ofVectors[blockSize], ofProducts[blockSize];
  for (size_t j = 0; j < pending; ++j) {
    ofVectors[j] = product(j)[k];
    ofProducts[j] = vector(j)[k];
  }
  double* elements = row(k) + columns.from;
  const size_t count = columns.to - columns.from;
  kernels_.addRows(vector(0) + columns.from, stride_, pending, ofVectors, elements, count);
  kernels_.addRows(product(0) + columns.from, stride_, pending, ofProducts, elements, count);
}

Tridiagonalization::Reflection Tridiagonalization::reflection_of(size_t k) {
  const double* elements = row(k);
  const double squares = kernels_.dot(elements, elements, k - 1), kept = elements[k - 1];
  if (squares < smallestSquares) return {0, 0, kept};
  const double length = std::sqrt(kept * kept + squares);
  const double offDiagonal = kept > 0 ? -length : length;
  return {(offDiagonal - kept) / offDiagonal, 1 / (kept - offDiagonal), offDiagonal};
}

void Tridiagonalization::store_vector(size_t k, size_t pending, double scale, Share columns) {
  const double* elements = row(k);
  double *first = vector(pending), *second = vector_again(pending);
  for (size_t i = columns.from; i < columns.to; ++i) {
    first[i] = second[i] = i + 1 < k ? elements[i] * scale : i + 1 == k ? 1 : 0;
  }
}

/// This thread's parts of A v, and its share of [v -w] v for the pending reflections.
void Tridiagonalization::multiply(size_t k, size_t pending, int thread, int threads) {
  const double* v = vector(pending);
  const Share parts = even_share(parts_, thread, threads);
  for (size_t part = parts.from; part < parts.to; ++part) {
    const Share rows = triangle_share(k, part, parts_);
    double* sums = partial(part);
    std::fill(sums, sums + rows.to, 0.0);
    kernels_.symmetricProduct(matrix_.data(), stride_, rows.from, rows.to, v, sums);
    alongs_[part] = kernels_.dot(sums, v, std::min(rows.to, k));
  }
  const Share mine = even_share(pending, thread, threads);
  kernels_.rowDots(vector(mine.from), stride_, mine.to - mine.from, v, k, dotsOfVectors_ + mine.from);
  kernels_.rowDots(product(mine.from), stride_, mine.to - mine.from, v, k, dotsOfProducts_ + mine.from);
}

/// p = A v with the pending reflections, w = tau p - tau^2 (p v) v / 2: the rank-two update is A - v w^T - w v^T.
void Tridiagonalization::store_product(size_t k, size_t pending, double tau, Share columns) {
  const size_t from = columns.from, end = std::min(columns.to, padded(k));
  if (from >= end) return;
  const size_t count = end - from;
  const double* v = vector(pending) + from;
  double* p = product(pending) + from;
  std::fill(p, p + count, 0.0);
  double product_v = 0;
  for (size_t part = 0; part < parts_; ++part) {
    const size_t partEnd = std::min(end, triangle_share(k, part, parts_).to);
    if (partEnd > from) kernels_.axpy(1, partial(part) + from, p, partEnd - from);
    product_v += alongs_[part];
  }
  kernels_.addRows(vector(0) + from, stride_, pending, dotsOfProducts_, p, count);
  kernels_.addRows(product(0) + from, stride_, pending, dotsOfVectors_, p, count);
  for (size_t j = 0; j < pending; ++j) product_v += 2 * dotsOfVectors_[j] * dotsOfProducts_[j];
  const double along = 0.5 * tau * tau * product_v;
  double* kept = row(k) + from;
  for (size_t i = 0; i < count; ++i) {
    p[i] = from + i < k ? along * v[i] - tau * p[i] : 0;
    kept[i] = v[i];
  }
}

/// Applies the block's reflections to the first `size` rows.
void Tridiagonalization::update_matrix(size_t size, size_t pending, int thread, int threads) {
  const Share rows = triangle_share(size, static_cast<size_t>(thread), static_cast<size_t>(threads));
  // Rows from `size` on hold their reflections.
  const size_t end = std::min(rows.to, size);
  for (size_t from = rows.from; from < end; from += productRows) {
    const size_t to = std::min(from + productRows, end);
    Gemm<double> g = {};
    g.rows = static_cast<int>(to - from);
    g.columns = static_cast<int>(padded(to));
    g.depth = static_cast<int>(2 * pending);
    g.a = vector(0) + from;
    g.aRow = 1;
    g.aStep = static_cast<ptrdiff_t>(stride_);
    g.b = product(0);
    g.bStep = static_cast<ptrdiff_t>(stride_);
    g.c = row(from);
    g.cRow = static_cast<ptrdiff_t>(stride_);
    g.accumulate = true;
    kernels_.dense->gemm(g);
  }
}

bool Tridiagonalization::transform_back(double* rows, size_t rowStride, Team& team, const GoOn& goOn) {
  Block block = {Aligned<double>(wideBlock * stride_), Aligned<double>(n_ * wideBlock), 0, 1};
  Aligned<double> products(static_cast<size_t>(team.size()) * productRows * wideBlock);
  team.run([&](int thread) {
    const Share mine = vector_share(n_, thread, team.size());
    const size_t end = std::min(mine.to, n_);
    // Q = H[n - 1] ... H[1]: the first ones act first.
    for (size_t from = 1; from < n_; from += wideBlock) {
      if (thread == 0) {
        stopped_ = !goOn();
        block.from = from;
        block.to = std::min(from + wideBlock, n_);
        if (!stopped_) build_block(block);
      }
      team.barrier();
      if (stopped_) return;
      for (size_t row = mine.from; row < end; row += productRows) {
        apply_block(block, rows + row * rowStride, rowStride, std::min(productRows, end - row),
                    products.data() + static_cast<size_t>(thread) * productRows * wideBlock);
      }
      team.barrier();
    }
  });
  return !stopped_;
}

/// H[to - 1] ... H[from] = I - V^T T V with T upper triangular (Schreiber and Van Loan, 1989); `vectors` is V, and `combined` -(T V)^T.
void Tridiagonalization::build_block(Block& block) {
  const size_t count = block.to - block.from, length = block.to - 1;
  double factors[wideBlock][wideBlock];
  Aligned<double> combined(wideBlock * stride_);
  for (size_t i = 0; i < count; ++i) {
    const size_t k = block.to - 1 - i;
    double* v = block.vectors.data() + i * stride_;
    std::copy(row(k), row(k) + k, v);
    std::fill(v + k, v + stride_, 0.0);
    double dots[wideBlock];
    kernels_.rowDots(block.vectors.data(), stride_, i, v, k, dots);
    for (size_t a = 0; a < i; ++a) {
      double sum = 0;
      for (size_t b = a; b < i; ++b) sum += factors[a][b] * dots[b];
      factors[a][i] = -taus_[k] * sum;
    }
    factors[i][i] = taus_[k];
  }
  for (size_t i = 0; i < count; ++i) {
    for (size_t b = i; b < count; ++b) factors[i][b] = -factors[i][b];
    kernels_.addRows(block.vectors.data() + i * stride_, stride_, count - i, &factors[i][i], combined.data() + i * stride_, length);
  }
  kernels_.dense->transpose(combined.data(), static_cast<ptrdiff_t>(stride_), static_cast<int>(count), static_cast<int>(length),
                            block.combined.data(), wideBlock);
}

/// Rows Y become Y - (Y (T V)^T) V.
void Tridiagonalization::apply_block(const Block& block, double* rows, size_t rowStride, size_t count, double* products) {
  const int reflections = static_cast<int>(block.to - block.from), length = static_cast<int>(block.to - 1);
  Gemm<double> g = {};
  g.rows = static_cast<int>(count);
  g.columns = reflections;
  g.depth = length;
  g.a = rows;
  g.aRow = static_cast<ptrdiff_t>(rowStride);
  g.aStep = 1;
  g.b = block.combined.data();
  g.bStep = wideBlock;
  g.c = products;
  g.cRow = wideBlock;
  kernels_.dense->gemm(g);
  g.columns = length;
  g.depth = reflections;
  g.a = products;
  g.aRow = wideBlock;
  g.b = block.vectors.data();
  g.bStep = static_cast<ptrdiff_t>(stride_);
  g.c = rows;
  g.cRow = static_cast<ptrdiff_t>(rowStride);
  g.accumulate = true;
  kernels_.dense->gemm(g);
}

}  // namespace basin
