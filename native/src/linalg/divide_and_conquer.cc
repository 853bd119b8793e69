// A merge of two halves, whose eigenvectors are Q1 and Q2: T = [T1 0; 0 T2] + rho z z^T in their basis. Eigenvectors that z does not
// touch, or that it makes turn within a pair of equal values, go on as they are ("deflation"); the others are mixed by the
// eigenvectors of D + rho z z^T. Eigenvectors are rows here: the new ones are coefficients times the old ones.
#include "divide_and_conquer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "layout.h"
#include "secular.h"

namespace basin {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr size_t leafSize = 24;
/// From here on all threads share a merge; smaller ones they do side by side.
constexpr size_t sharedSize = 128;

void product(const LinalgKernels& kernels, size_t rows, size_t columns, size_t depth, const double* a, const double* b, double* c,
             size_t stride) {
  if (depth == 0) {
    for (size_t row = 0; row < rows; ++row) std::fill_n(c + row * stride, columns, 0.0);
    return;
  }
  Gemm<double> g = {};
  g.rows = static_cast<int>(rows);
  g.columns = static_cast<int>(columns);
  g.depth = static_cast<int>(depth);
  g.a = a;
  g.aRow = static_cast<ptrdiff_t>(stride);
  g.aStep = 1;
  g.b = b;
  g.bStep = static_cast<ptrdiff_t>(stride);
  g.c = c;
  g.cRow = static_cast<ptrdiff_t>(stride);
  kernels.dense->gemm(g);
}

}  // namespace

double DivideAndConquer::memory_of(size_t n) {
  return 3 * sizeof(double) * static_cast<double>(matrix_stride(n)) * static_cast<double>(n);
}

// Matrix products read whole vectors past the last column.
DivideAndConquer::DivideAndConquer(Tridiagonal t, const LinalgKernels& kernels)
    : t_(std::move(t)), n_(t_.diagonal.size()), stride_(matrix_stride(n_)), kernels_(kernels),
      vectors_(n_ * stride_ + columnMultiple), coefficients_(n_ * stride_ + columnMultiple),
      gathered_(n_ * stride_ + columnMultiple), order_(n_), source_(n_), merged_(n_), place_(n_), halves_(n_), z_(n_), poles_(n_),
      weights_(n_), refined_(n_), roots_(n_), merges_(n_) {
  split(0, n_, 0);
}

/// Cuts the matrix in two until the pieces are small; a cut takes its off-diagonal element off the diagonal on both sides.
void DivideAndConquer::split(size_t from, size_t to, size_t depth) {
  if (to - from <= leafSize) {
    leaves_.push_back({from, from, to});
    return;
  }
  const size_t middle = from + (to - from) / 2;
  if (depths_.size() == depth) depths_.emplace_back();
  depths_[depth].push_back({from, middle, to});
  const double cut = std::fabs(t_.offDiagonal[middle - 1]);
  t_.diagonal[middle - 1] -= cut;
  t_.diagonal[middle] -= cut;
  split(from, middle, depth + 1);
  split(middle, to, depth + 1);
}

bool DivideAndConquer::solve(Team& team, const GoOn& goOn) {
  goOn_ = &goOn;
  scratch_ = Aligned<double>(static_cast<size_t>(team.size()) * stride_);
  for (const Node& leaf : leaves_) solve_leaf(leaf);
  team.run([&](int thread) { merge_all({thread, team.size(), &team, thread, thread == 0}); });
  return !stopped_;
}

void DivideAndConquer::solve_leaf(const Node& leaf) {
  const auto begin = [&](std::vector<double>& all, size_t at) { return all.begin() + static_cast<ptrdiff_t>(at); };
  Tridiagonal t = {{begin(t_.diagonal, leaf.from), begin(t_.diagonal, leaf.to)},
                   {begin(t_.offDiagonal, leaf.from), begin(t_.offDiagonal, leaf.to - 1)}};
  for (size_t k = leaf.from; k < leaf.to; ++k) vector(k)[k] = 1;
  rotate_to_diagonal(t, vector(leaf.from) + leaf.from, stride_, leaf.to - leaf.from);
  std::copy(t.diagonal.begin(), t.diagonal.end(), begin(t_.diagonal, leaf.from));
  for (size_t k = leaf.from; k < leaf.to; ++k) order_[k] = k;
  std::sort(order_.begin() + static_cast<ptrdiff_t>(leaf.from), order_.begin() + static_cast<ptrdiff_t>(leaf.to),
            [&](size_t a, size_t b) { return t_.diagonal[a] < t_.diagonal[b]; });
}

void DivideAndConquer::merge_all(const Crew& crew) {
  for (size_t depth = depths_.size(); depth-- > 0;) {
    const std::vector<Node>& nodes = depths_[depth];
    for (size_t i = 0; i < nodes.size(); ++i) {
      const bool shared = nodes[i].to - nodes[i].from >= sharedSize;
      if (shared) merge(nodes[i], crew);
      else if (static_cast<int>(i) % crew.threads == crew.thread) merge(nodes[i], {0, 1, nullptr, crew.scratch, crew.asks});
    }
    crew.team->barrier();
  }
}

/// All threads pass all barriers, also when they have been told to stop.
void DivideAndConquer::merge(const Node& node, const Crew& crew) {
  const auto barrier = [&] {
    if (crew.team != nullptr) crew.team->barrier();
  };
  if (crew.thread == 0) arrange(node, deflate(node));
  barrier();
  gather(node, crew);
  find_roots(node, crew);
  barrier();
  if (crew.thread == 0) store_values(node);
  refine(node, crew);
  barrier();
  make_coefficients(node, crew);
  barrier();
  multiply(node, crew);
  barrier();
}

/// Chooses which eigenvectors go on and returns how many.
size_t DivideAndConquer::deflate(const Node& node) {
  Merge& merge = merges_[node.from];
  const double cut = t_.offDiagonal[node.middle - 1];
  // z has length sqrt(2) before it is scaled.
  merge.rho = 2 * std::fabs(cut);
  const double scale = std::sqrt(0.5);
  double largest = 0;
  for (size_t i = node.from; i < node.to; ++i) {
    const bool left = i < node.middle;
    z_[i] = left ? scale * vector(i)[node.middle - 1] : (cut < 0 ? -scale : scale) * vector(i)[node.middle];
    halves_[i] = left ? Half::Left : Half::Right;
    largest = std::max({largest, std::fabs(t_.diagonal[i]), std::fabs(z_[i])});
  }
  const double tolerance = 8 * epsilon * largest;
  const auto at = [](std::vector<size_t>& all, size_t i) { return all.begin() + static_cast<ptrdiff_t>(i); };
  std::merge(at(order_, node.from), at(order_, node.middle), at(order_, node.middle), at(order_, node.to), at(merged_, node.from),
             [&](size_t a, size_t b) { return t_.diagonal[a] < t_.diagonal[b]; });

  size_t kept = node.from, deflated = node.to;
  const size_t none = node.to;
  // The last one that goes on, unless the next turns out to be equal.
  size_t candidate = none;
  for (size_t position = node.from; position < node.to; ++position) {
    const size_t i = merged_[position];
    if (merge.rho * std::fabs(z_[i]) <= tolerance) {
      source_[--deflated] = i;
      continue;
    }
    if (candidate != none) {
      const double length = std::hypot(z_[candidate], z_[i]);
      const double between = (t_.diagonal[i] - t_.diagonal[candidate]) * (z_[candidate] / length) * (z_[i] / length);
      if (std::fabs(between) <= tolerance) {
        rotate(node, candidate, i);
        source_[--deflated] = candidate;
      } else {
        source_[kept++] = candidate;
      }
    }
    candidate = i;
  }
  if (candidate != none) source_[kept++] = candidate;
  return kept - node.from;
}

/// Turns two eigenvectors so that z of the first is zero; what then couples them is small enough to leave out.
void DivideAndConquer::rotate(const Node& node, size_t first, size_t second) {
  const double length = std::hypot(z_[first], z_[second]);
  const double c = z_[second] / length, s = -z_[first] / length;
  const double a = t_.diagonal[first], b = t_.diagonal[second];
  t_.diagonal[first] = c * c * a + s * s * b;
  t_.diagonal[second] = s * s * a + c * c * b;
  z_[first] = 0;
  z_[second] = length;
  if (halves_[first] != halves_[second]) halves_[first] = halves_[second] = Half::Both;
  double *upper = vector(first), *lower = vector(second);
  for (size_t j = node.from; j < node.to; ++j) {
    const double x = upper[j], y = lower[j];
    upper[j] = c * x + s * y;
    lower[j] = c * y - s * x;
  }
}

/// Where each eigenvector that goes on is gathered: left, both, right, so that two products skip what is zero.
void DivideAndConquer::arrange(const Node& node, size_t kept) {
  size_t counts[3] = {0, 0, 0};
  for (size_t p = node.from; p < node.from + kept; ++p) ++counts[static_cast<int>(halves_[source_[p]])];
  size_t next[3] = {node.from, node.from + counts[0], node.from + counts[0] + counts[1]};
  for (size_t p = node.from; p < node.to; ++p) {
    const size_t i = source_[p];
    poles_[p] = t_.diagonal[i];
    refined_[p] = 1;
    place_[p] = p < node.from + kept ? next[static_cast<int>(halves_[i])]++ : p;
    weights_[p] = z_[i] * z_[i];
  }
  Merge& merge = merges_[node.from];
  merge.left = counts[static_cast<int>(Half::Left)];
  merge.both = counts[static_cast<int>(Half::Both)];
  merge.right = counts[static_cast<int>(Half::Right)];
}

void DivideAndConquer::gather(const Node& node, const Crew& crew) {
  const Share rows = even_share(node.to - node.from, crew.thread, crew.threads);
  for (size_t p = node.from + rows.from; p < node.from + rows.to; ++p) {
    std::copy(vector(source_[p]) + node.from, vector(source_[p]) + node.to, gathered(place_[p]) + node.from);
  }
}

void DivideAndConquer::find_roots(const Node& node, const Crew& crew) {
  const Merge& merge = merges_[node.from];
  const SecularProblem problem = {&poles_[node.from], &weights_[node.from], merge.kept(), merge.rho, &kernels_};
  const Share roots = even_share(merge.kept(), crew.thread, crew.threads);
  for (size_t k = roots.from; k < roots.to && !is_stopped(crew); ++k) {
    roots_[node.from + k] = secular_root(problem, k, coefficients(node.from + k));
  }
}

/// Each value moves to the row that its vector will have.
void DivideAndConquer::store_values(const Node& node) {
  const size_t end = node.from + merges_[node.from].kept();
  for (size_t p = node.from; p < node.to; ++p) {
    t_.diagonal[p] = p < end ? roots_[p] : poles_[p];
    merged_[p] = p;
  }
  const auto smaller = [&](size_t a, size_t b) { return t_.diagonal[a] < t_.diagonal[b]; };
  const auto at = [](std::vector<size_t>& all, size_t i) { return all.begin() + static_cast<ptrdiff_t>(i); };
  std::sort(at(merged_, end), at(merged_, node.to), smaller);
  std::merge(at(merged_, node.from), at(merged_, end), at(merged_, end), at(merged_, node.to), at(order_, node.from), smaller);
}

/// The z for which the roots found are exact (Gu and Eisenstat, equation 3.3): z[i]^2 = product of (root k - pole i) / (pole k - pole i),
/// up to a factor that all share.
void DivideAndConquer::refine(const Node& node, const Crew& crew) {
  const size_t kept = merges_[node.from].kept();
  const Share poles = even_share(kept, crew.thread, crew.threads);
  const double* pole = &poles_[node.from];
  double* refined = &refined_[node.from];
  for (size_t k = 0; k < kept && !is_stopped(crew); ++k) {
    const double* difference = coefficients(node.from + k);
    const size_t before = std::min(std::max(k, poles.from), poles.to), after = std::min(std::max(k + 1, poles.from), poles.to);
    for (size_t i = poles.from; i < before; ++i) refined[i] *= difference[i] / (pole[i] - pole[k]);
    for (size_t i = before; i < after; ++i) refined[i] *= -difference[i];
    for (size_t i = after; i < poles.to; ++i) refined[i] *= difference[i] / (pole[i] - pole[k]);
  }
  for (size_t i = poles.from; i < poles.to; ++i) {
    refined[i] = std::copysign(std::sqrt(std::fabs(refined[i])), z_[source_[node.from + i]]);
  }
}

/// Eigenvector k of D + rho z z^T has elements z[i] / (pole i - root k).
void DivideAndConquer::make_coefficients(const Node& node, const Crew& crew) {
  const size_t kept = merges_[node.from].kept();
  const Share rows = even_share(kept, crew.thread, crew.threads);
  double* elements = scratch_.data() + static_cast<size_t>(crew.scratch) * stride_;
  const double* refined = &refined_[node.from];
  for (size_t k = rows.from; k < rows.to && !is_stopped(crew); ++k) {
    double* row = coefficients(node.from + k);
    for (size_t i = 0; i < kept; ++i) elements[i] = refined[i] / row[i];
    const double scale = 1 / std::sqrt(kernels_.dot(elements, elements, kept));
    for (size_t i = 0; i < kept; ++i) row[place_[node.from + i] - node.from] = scale * elements[i];
  }
}

void DivideAndConquer::multiply(const Node& node, const Crew& crew) {
  const Merge& merge = merges_[node.from];
  const size_t kept = merge.kept();
  const Share mine = even_share(kept, crew.thread, crew.threads);
  for (size_t k = mine.from; k < mine.to && !is_stopped(crew); k += productRows) {
    const size_t rows = std::min(productRows, mine.to - k), row = node.from + k;
    product(kernels_, rows, node.middle - node.from, merge.left + merge.both, coefficients(row), gathered(node.from) + node.from,
            vector(row) + node.from, stride_);
    product(kernels_, rows, node.to - node.middle, merge.both + merge.right, coefficients(row) + merge.left,
            gathered(node.from + merge.left) + node.middle, vector(row) + node.middle, stride_);
  }
  const Share rest = even_share(node.to - node.from - kept, crew.thread, crew.threads);
  for (size_t p = node.from + kept + rest.from; p < node.from + kept + rest.to; ++p) {
    std::copy(gathered(p) + node.from, gathered(p) + node.to, vector(p) + node.from);
  }
}

bool DivideAndConquer::is_stopped(const Crew& crew) {
  if (crew.asks && !(*goOn_)()) stopped_ = true;
  return stopped_;
}

SymmetricEigen DivideAndConquer::result(double factor) const {
  SymmetricEigen eigen;
  eigen.values.reserve(n_);
  eigen.vectors.reserve(n_ * n_);
  for (const size_t k : order_) {
    const double* row = vectors_.data() + k * stride_;
    eigen.values.push_back(t_.diagonal[k] * factor);
    eigen.vectors.insert(eigen.vectors.end(), row, row + n_);
  }
  return eigen;
}

}  // namespace basin
