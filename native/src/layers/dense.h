// A dense layer: a = f(W x + b), W [outputs, inputs].
#pragma once

#include "../round_up.h"
#include "activated.h"

namespace basin {

template <typename Real>
class DenseLayer final : public ActivatedLayer<Real> {
 public:
  DenseLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity, bool first);

  const Real* forward(const Pass<Real>& pass, const Real* input) override;
  bool wantsRows() const override { return first_ && !dot_; }
  bool sumsSquares() const override { return !dot_; }
  double squares() const override;
  void reserveTangents() override;
  const Real* forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) override;

 protected:
  void prepareGradient(const Pass<Real>& pass, const Real* input) override;
  void parameterGradient(const Pass<Real>& pass, const Real* input, const Real* delta) override;
  void sampleGradients(const Pass<Real>& pass, const Real* input, const Real* delta) override;
  Real* inputDelta(const Pass<Real>& pass, const Real* input, Real* delta, Real* to, Gate<Real>& gate) override;
  void prepareGradientTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) override;
  void parameterGradientTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent, const Real* delta,
                                const Real* deltaTangent) override;
  bool inputDeltaTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent, Real* delta, Real* deltaTangent,
                         Real* to, Real* toTangent) override;

 private:
  /// Where a weight gradient goes and what it is made of.
  struct Product {
    const Real* input;
    /// The same samples first, unless `dot_`.
    const Real* rows;
    const Real* delta;
    Real* weights;
    Real* bias;
    bool accumulate;
    /// One for each block of outputs, or null.
    double* squares;
  };

  int inputs() const { return static_cast<int>(this->plan_.input.size()); }
  int outputs() const { return this->plan_.output.channels; }
  /// Of one product, for each column.
  double operations() const { return 2.0 * inputs() * outputs(); }
  ptrdiff_t rowStride() const { return static_cast<ptrdiff_t>(whole_vectors(this->plan_.input.size())); }
  /// to (+)= weights x + bias, for this thread's columns.
  void multiply(const Pass<Real>& pass, const Real* weights, const Real* bias, const Real* x, Real* to, bool accumulate,
                Activation activation) const;
  /// to (+)= weights^T delta, for this thread's columns.
  void multiplyTransposed(const Pass<Real>& pass, const Real* weights, const Real* delta, Real* to, bool accumulate,
                          const Gate<Real>& gate) const;
  /// Turns this thread's columns samples first.
  void transposeColumns(const Pass<Real>& pass, const Real* input, Aligned<Real>& to) const;
  /// For this thread's outputs.
  void weightGradient(const Pass<Real>& pass, const Product& product);

  const bool first_;
  const int capacity_;
  /// The weight gradient goes by dot products along the batch (small layers) rather than by a matrix product.
  const bool dot_;
  Aligned<Real> transposed_;
  Aligned<Real> transposedTangent_;
  Aligned<Real> unusedBias_;
  /// Of each block of outputs.
  std::vector<double> squares_;
};

}  // namespace basin
