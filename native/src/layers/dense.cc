// Dense layers by matrix products; weight gradients of small ones by dot products along the batch.
#include "dense.h"

namespace basin {
namespace {

/// Below this many weights, dot products along the batch beat a matrix product with a transposed input.
constexpr size_t maxDotWeights = 1024;
/// Outputs whose weight gradient is one product: what threads share, and what is summed together, so that sums do not depend on threads.
constexpr int blockOutputs = 32;

/// A product of `from` into `to`, both features x batch, for the pass's columns; its rows, depth and A are still to be said.
template <typename Real>
Gemm<Real> product_along(const Pass<Real>& pass, const Real* from, Real* to) {
  Gemm<Real> product{};
  product.columns = pass.columns;
  product.b = from + pass.from;
  product.bStep = pass.stride;
  product.c = to + pass.from;
  product.cRow = pass.stride;
  return product;
}

}  // namespace

template <typename Real>
DenseLayer<Real>::DenseLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity, bool first)
    : ActivatedLayer<Real>(plan, kernels, capacity), first_(first), capacity_(capacity), dot_(plan.weights <= maxDotWeights) {
  squares_.resize((plan.output.size() + blockOutputs - 1) / blockOutputs);
  if (!dot_ && !first_) {
    transposed_ = Aligned<Real>(static_cast<size_t>(capacity_) * static_cast<size_t>(rowStride()));
  }
}

template <typename Real>
void DenseLayer<Real>::multiply(const Pass<Real>& pass, const Real* weights, const Real* bias, const Real* x, Real* to,
                                bool accumulate, Activation activation) const {
  if (pass.columns == 0) return;
  pass.inParts(operations(), [&](const Pass<Real>& part) {
    Gemm<Real> product = product_along(part, x, to);
    product.rows = outputs();
    product.depth = inputs();
    product.a = weights;
    product.aRow = inputs();
    product.aStep = 1;
    product.bias = bias;
    product.accumulate = accumulate;
    product.activation = activation;
    // Images have margins.
    product.sparse = first_;
    this->kernels_.gemm(product);
  });
}

template <typename Real>
void DenseLayer<Real>::multiplyTransposed(const Pass<Real>& pass, const Real* weights, const Real* delta, Real* to,
                                          bool accumulate, const Gate<Real>& gate) const {
  if (pass.columns == 0) return;
  pass.inParts(operations(), [&](const Pass<Real>& part) {
    Gemm<Real> product = product_along(part, delta, to);
    product.rows = inputs();
    product.depth = outputs();
    product.a = weights;
    product.aRow = 1;
    product.aStep = inputs();
    product.accumulate = accumulate;
    product.gate = gate.output == nullptr ? nullptr : gate.output + part.from;
    product.gateActivation = gate.activation;
    this->kernels_.gemm(product);
  });
}

template <typename Real>
const Real* DenseLayer<Real>::forward(const Pass<Real>& pass, const Real* input) {
  const Real* weights = pass.parameters + this->plan_.weightOffset;
  const Real* bias = pass.parameters + this->plan_.biasOffset;
  multiply(pass, weights, bias, input, this->beforeActivation(), false, this->fused());
  this->activate(pass);
  return this->output_.data();
}

template <typename Real>
void DenseLayer<Real>::transposeColumns(const Pass<Real>& pass, const Real* input, Aligned<Real>& to) const {
  if (pass.columns == 0) return;
  // A number that goes to another place in memory takes as long as some operations.
  pass.inParts(16.0 * inputs(), [&](const Pass<Real>& part) {
    this->kernels_.transpose(input + part.from, part.stride, inputs(), part.columns, to.data() + part.from * rowStride(),
                             rowStride());
  });
}

template <typename Real>
void DenseLayer<Real>::prepareGradient(const Pass<Real>& pass, const Real* input) {
  if (!dot_ && !first_) transposeColumns(pass, input, transposed_);
}

template <typename Real>
void DenseLayer<Real>::parameterGradient(const Pass<Real>& pass, const Real* input, const Real* delta) {
  weightGradient(pass, {input, first_ ? pass.rows : transposed_.data(), delta, pass.gradient + this->plan_.weightOffset,
                        pass.gradient + this->plan_.biasOffset, pass.accumulate, squares_.data()});
}

template <typename Real>
void DenseLayer<Real>::weightGradient(const Pass<Real>& pass, const Product& p) {
  if (dot_) {
    // Too little to share.
    if (pass.thread != 0) return;
    this->kernels_.weightGradient({inputs(), outputs(), pass.stride, pass.stride, p.delta, p.input, p.weights, p.bias,
                                   p.accumulate});
    return;
  }
  const Share share = pass.share(squares_.size());
  const double operationsOfBlock = operations() * pass.stride * blockOutputs / outputs();
  const size_t between = std::max<size_t>(1, static_cast<size_t>(operationsBetweenQuestions / operationsOfBlock));
  for (size_t block = share.from; block < share.to; ++block) {
    if (block > share.from && (block - share.from) % between == 0 && pass.leaving()) return;
    const int first = static_cast<int>(block) * blockOutputs;
    const int count = std::min(blockOutputs, outputs() - first);
    const Real* deltas = p.delta + static_cast<ptrdiff_t>(first) * pass.stride;
    double squares = 0;
    Gemm<Real> product{};
    product.rows = count;
    product.columns = inputs();
    product.depth = pass.stride;
    product.a = deltas;
    product.aRow = pass.stride;
    product.aStep = 1;
    product.b = p.rows;
    product.bStep = rowStride();
    product.c = p.weights + static_cast<ptrdiff_t>(first) * inputs();
    product.cRow = inputs();
    product.accumulate = p.accumulate;
    product.squares = p.squares == nullptr ? nullptr : &squares;
    this->kernels_.gemm(product);
    Real* bias = p.bias + first;
    this->kernels_.sumRows(deltas, pass.stride, count, pass.stride, bias, p.accumulate);
    if (p.squares != nullptr) p.squares[block] = squares + this->kernels_.sumSquares(bias, static_cast<size_t>(count));
  }
}

template <typename Real>
double DenseLayer<Real>::squares() const {
  double sum = 0;
  for (const double block : squares_) sum += block;
  return sum;
}

template <typename Real>
Real* DenseLayer<Real>::inputDelta(const Pass<Real>& pass, const Real*, Real* delta, Real* to, Gate<Real>& gate) {
  multiplyTransposed(pass, pass.parameters + this->plan_.weightOffset, delta, to, false, gate);
  gate.applied = gate.output != nullptr;
  return to;
}

template <typename Real>
void DenseLayer<Real>::reserveTangents() {
  ActivatedLayer<Real>::reserveTangents();
  if (!unusedBias_.empty()) return;
  unusedBias_ = Aligned<Real>(static_cast<size_t>(outputs()));
  if (!dot_ && !first_) transposedTangent_ = Aligned<Real>(transposed_.size());
}

template <typename Real>
const Real* DenseLayer<Real>::forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) {
  Real* to = this->tangentBefore();
  const Real* direction = pass.direction;
  multiply(pass, direction + this->plan_.weightOffset, direction + this->plan_.biasOffset, input, to, false,
           Activation::Linear);
  if (inputTangent != nullptr) {
    multiply(pass, pass.parameters + this->plan_.weightOffset, nullptr, inputTangent, to, true, Activation::Linear);
  }
  this->activateTangent(pass);
  return this->outputTangent_.data();
}

template <typename Real>
void DenseLayer<Real>::prepareGradientTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) {
  prepareGradient(pass, input);
  if (!dot_ && inputTangent != nullptr) transposeColumns(pass, inputTangent, transposedTangent_);
}

template <typename Real>
void DenseLayer<Real>::parameterGradientTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent,
                                                const Real* delta, const Real* deltaTangent) {
  Real* weights = pass.gradientTangent + this->plan_.weightOffset;
  Real* bias = pass.gradientTangent + this->plan_.biasOffset;
  const Real* rows = first_ ? pass.rows : transposed_.data();
  weightGradient(pass, {input, rows, deltaTangent, weights, bias, pass.accumulate, nullptr});
  if (inputTangent == nullptr) return;
  // The bias does not depend on the input.
  weightGradient(pass, {inputTangent, transposedTangent_.data(), delta, weights, unusedBias_.data(), true, nullptr});
}

template <typename Real>
bool DenseLayer<Real>::inputDeltaTangent(const Pass<Real>& pass, const Real*, const Real*, Real* delta, Real* deltaTangent,
                                         Real* to, Real* toTangent) {
  const Real* weights = pass.parameters + this->plan_.weightOffset;
  const Gate<Real> none;
  multiplyTransposed(pass, weights, delta, to, false, none);
  multiplyTransposed(pass, weights, deltaTangent, toTangent, false, none);
  multiplyTransposed(pass, pass.direction + this->plan_.weightOffset, delta, toTangent, true, none);
  return true;
}

template <typename Real>
void DenseLayer<Real>::sampleGradients(const Pass<Real>& pass, const Real* input, const Real* delta) {
  const ptrdiff_t stride = pass.stride;
  const auto row = [&](size_t parameter) { return pass.sampleRows + static_cast<ptrdiff_t>(parameter) * stride + pass.from; };
  size_t weight = this->plan_.weightOffset;
  for (int o = 0; o < outputs(); ++o) {
    const Real* d = delta + o * stride + pass.from;
    for (int i = 0; i < inputs(); ++i, ++weight) {
      const Real* x = input + i * stride + pass.from;
      Real* to = row(weight);
      for (int c = 0; c < pass.columns; ++c) to[c] = d[c] * x[c];
    }
    std::copy_n(d, pass.columns, row(this->plan_.biasOffset + static_cast<size_t>(o)));
  }
}

template class DenseLayer<float>;
template class DenseLayer<double>;

}  // namespace basin
