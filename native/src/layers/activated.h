// A layer that ends in an activation: keeps its outputs, and what came before them where a derivative needs that.
#pragma once

#include "layer.h"

namespace basin {

/// The product's own store applies it, and its derivative follows from the output.
inline bool is_piecewise_linear(Activation activation) {
  return activation == Activation::Linear || activation == Activation::Relu || activation == Activation::LeakyRelu;
}

/// First and second derivative follow from the output alone for all others.
inline bool needs_value_before(Activation activation) {
  return activation == Activation::Softplus || activation == Activation::Gelu || activation == Activation::Sin;
}

template <typename Real>
class ActivatedLayer : public Layer<Real> {
 public:
  ActivatedLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity)
      : Layer<Real>(plan, kernels), output_(plan.output.size() * static_cast<size_t>(capacity)) {
    if (needs_value_before(activation())) before_ = Aligned<Real>(output_.size());
  }

  Gate<Real> gate() const override {
    const bool gates = activation() == Activation::Relu || activation() == Activation::LeakyRelu;
    return gates ? Gate<Real>{activation(), output_.data(), false} : Gate<Real>{};
  }

  void reserveTangents() override {
    if (outputTangent_.empty()) outputTangent_ = Aligned<Real>(output_.size());
    if (!is_piecewise_linear(activation()) && beforeTangent_.empty()) beforeTangent_ = Aligned<Real>(output_.size());
  }

 protected:
  void activationBackward(const Pass<Real>& pass, Real* delta) override {
    if (activation() == Activation::Linear || pass.columns == 0) return;
    const Real* a = output_.data() + pass.from;
    if (activation() == Activation::Softmax) {
      this->kernels_.softmaxBackward(delta + pass.from, a, pass.stride, features(), pass.columns);
    } else {
      this->kernels_.activateBackward(activation(), extent(pass), delta + pass.from, beforeActivation() + pass.from, a);
    }
  }

  void activationBackwardTangent(const Pass<Real>& pass, Real* delta, Real* deltaTangent) override {
    if (activation() == Activation::Linear || pass.columns == 0) return;
    const int from = pass.from;
    const Real* a = output_.data() + from;
    if (activation() == Activation::Softmax) {
      this->kernels_.softmaxBackwardTangent(a, outputTangent_.data() + from, delta + from, deltaTangent + from, pass.stride,
                                            features(), pass.columns);
    } else {
      this->kernels_.activateBackwardTangent(activation(), extent(pass), beforeActivation() + from, a,
                                             tangentBefore() + from, delta + from, deltaTangent + from);
    }
  }

  Activation activation() const { return this->plan_.spec.activation; }
  int features() const { return static_cast<int>(this->plan_.output.size()); }
  Extent extent(const Pass<Real>& pass) const { return {features(), pass.columns, pass.stride}; }

  /// Where the layer writes z: the output itself where nobody needs z later.
  Real* beforeActivation() { return before_.empty() ? output_.data() : before_.data(); }
  /// Activation by the layer's own product; otherwise `activate` has to follow.
  Activation fused() const { return is_piecewise_linear(activation()) ? activation() : Activation::Linear; }
  void activate(const Pass<Real>& pass) {
    if (!is_piecewise_linear(activation())) activateAll(pass);
  }
  void activateAll(const Pass<Real>& pass) {
    if (activation() == Activation::Linear || pass.columns == 0) return;
    Real* a = output_.data() + pass.from;
    if (activation() == Activation::Softmax) {
      this->kernels_.softmax(a, pass.stride, features(), pass.columns);
    } else {
      this->kernels_.activate(activation(), extent(pass), beforeActivation() + pass.from, a);
    }
  }

  /// Where the layer writes the tangent of z. Piecewise linear activations have no second derivative to keep it for.
  Real* tangentBefore() { return beforeTangent_.empty() ? outputTangent_.data() : beforeTangent_.data(); }
  void activateTangent(const Pass<Real>& pass) {
    if (activation() == Activation::Linear || pass.columns == 0) return;
    const int from = pass.from;
    const Real* a = output_.data() + from;
    Real* tangent = outputTangent_.data() + from;
    if (activation() == Activation::Softmax) {
      for (int r = 0; r < features(); ++r) {
        const Real* row = tangentBefore() + static_cast<ptrdiff_t>(r) * pass.stride + from;
        std::copy_n(row, pass.columns, tangent + static_cast<ptrdiff_t>(r) * pass.stride);
      }
      this->kernels_.softmaxTangent(a, pass.stride, features(), pass.columns, tangent);
    } else {
      this->kernels_.activateTangent(activation(), extent(pass), beforeActivation() + from, a, tangentBefore() + from, tangent);
    }
  }

  Aligned<Real> output_;
  Aligned<Real> before_;
  Aligned<Real> outputTangent_;
  Aligned<Real> beforeTangent_;
};

}  // namespace basin
