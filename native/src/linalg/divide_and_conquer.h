// Eigenvalues and eigenvectors of a symmetric tridiagonal matrix by divide and conquer: Cuppen (1981), with eigenvectors that are
// orthogonal however close the eigenvalues are (Gu and Eisenstat, "A divide-and-conquer algorithm for the symmetric tridiagonal
// eigenproblem", 1995). Most of the work is one matrix product for each merge.
#pragma once

#include <atomic>
#include <vector>

#include "../aligned.h"
#include "../go_on.h"
#include "../kernels/linalg_table.h"
#include "../team.h"
#include "symmetric_eigen.h"
#include "tridiagonal_qr.h"

namespace basin {

class DivideAndConquer {
 public:
  /// Elements of the order of 1. Room for n eigenvectors and twice as much to work with.
  DivideAndConquer(Tridiagonal t, const LinalgKernels& kernels);

  /// False when goOn said so; it must not throw.
  bool solve(Team& team, const GoOn& goOn);

  /// Row k is an eigenvector; rows are `stride` numbers apart. They may be multiplied with an orthogonal matrix before `result`.
  double* vectors() { return vectors_.data(); }
  size_t stride() const { return stride_; }

  /// Ascending, the values times a factor.
  SymmetricEigen result(double factor) const;

  /// Bytes for a matrix of this size.
  static double memory_of(size_t n);

 private:
  /// Rows and columns `from` to `to` of the matrix without the off-diagonal elements around them. A merge's left half ends at `middle`.
  struct Node {
    size_t from, middle, to;
  };
  /// One thread among those that share a merge, or alone with it (team is null).
  struct Crew {
    int thread, threads;
    Team* team;
    int scratch;
    bool asks;
  };
  /// What a merge's threads have to know: how many eigenvectors go on that live in the left half alone, in both, in the right half alone.
  struct Merge {
    double rho = 0;
    size_t left = 0, both = 0, right = 0;
    size_t kept() const { return left + both + right; }
  };

  enum class Half { Left, Both, Right };

  void split(size_t from, size_t to, size_t depth);
  void solve_leaf(const Node& leaf);
  void merge_all(const Crew& crew);
  void merge(const Node& node, const Crew& crew);
  size_t deflate(const Node& node);
  void rotate(const Node& node, size_t first, size_t second);
  void arrange(const Node& node, size_t kept);
  void gather(const Node& node, const Crew& crew);
  void find_roots(const Node& node, const Crew& crew);
  void store_values(const Node& node);
  void refine(const Node& node, const Crew& crew);
  void make_coefficients(const Node& node, const Crew& crew);
  void multiply(const Node& node, const Crew& crew);
  bool is_stopped(const Crew& crew);

  double* vector(size_t k) { return vectors_.data() + k * stride_; }
  double* coefficients(size_t k) { return coefficients_.data() + k * stride_; }
  double* gathered(size_t k) { return gathered_.data() + k * stride_; }

  Tridiagonal t_;
  const size_t n_, stride_;
  const LinalgKernels& kernels_;
  Aligned<double> vectors_, coefficients_, gathered_;
  /// Merges by their depth; those of a depth are independent.
  std::vector<std::vector<Node>> depths_;
  std::vector<Node> leaves_;
  std::vector<size_t> order_;
  /// Each merge uses its own range of these; what goes on is ascending and in front, what has been deflated behind it. Element p of
  /// `source_` is the old row of what becomes row p.
  std::vector<size_t> source_, merged_, place_;
  std::vector<Half> halves_;
  std::vector<double> z_, poles_, weights_, refined_, roots_;
  std::vector<Merge> merges_;
  Aligned<double> scratch_;
  const GoOn* goOn_ = nullptr;
  std::atomic<bool> stopped_{false};
};

}  // namespace basin
