#include "conv2d.h"

#include "windows.h"

namespace basin {

template <typename Real>
Conv2dLayer<Real>::Conv2dLayer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity, int threads)
    : ActivatedLayer<Real>(plan, kernels, capacity),
      windows_(windows_of(plan)),
      room_(kernels.images.convolutionRoom(windows_)) {
  const double numbers = static_cast<double>(room_.packed) + static_cast<double>(room_.scratch) * threads;
  require_memory(numbers * sizeof(Real), plan.name);
  packed_ = Aligned<Real>(room_.packed);
  scratch_ = Aligned<Real>(room_.scratch * static_cast<size_t>(threads));
}

template <typename Real>
void Conv2dLayer<Real>::reserveTangents() {
  ActivatedLayer<Real>::reserveTangents();
  if (packedDirection_.empty()) packedDirection_ = Aligned<Real>(room_.packed);
}

template <typename Real>
const Real* Conv2dLayer<Real>::pack(const Pass<Real>& pass, Way way, const Real* parameters, Aligned<Real>& packed) {
  // Nobody may still be reading what is packed anew.
  pass.barrier();
  this->kernels_.images.packWeights(way, windows_, parameters + this->plan_.weightOffset, packed.data(), pass.thread,
                                    pass.team->size());
  pass.barrier();
  return packed.data();
}

template <typename Real>
void Conv2dLayer<Real>::convolve(const Pass<Real>& pass, const Product& p) {
  if (pass.columns == 0) return;
  pass.inParts(operations(), [&](const Pass<Real>& part) {
    Convolution<Real> c{};
    c.windows = windows_;
    c.columns = part.columns;
    c.stride = part.stride;
    c.packed = p.packed;
    c.from = p.from + part.from;
    c.to = p.to + part.from;
    c.bias = p.bias;
    c.accumulate = p.accumulate;
    c.activation = p.activation;
    c.gate = p.gate.output == nullptr ? nullptr : p.gate.output + part.from;
    c.gateActivation = p.gate.activation;
    c.scratch = scratch(part);
    this->kernels_.images.convolve(p.way, c);
  });
}

template <typename Real>
const Real* Conv2dLayer<Real>::forward(const Pass<Real>& pass, const Real* input) {
  Product product{Way::Forward, pack(pass, Way::Forward, pass.parameters, packed_), input, this->beforeActivation()};
  product.bias = pass.parameters + this->plan_.biasOffset;
  product.activation = this->fused();
  convolve(pass, product);
  this->activate(pass);
  return this->output_.data();
}

template <typename Real>
void Conv2dLayer<Real>::filterGradient(const Pass<Real>& pass, const Real* input, const Real* delta, Real* gradient,
                                       bool withBias, bool accumulate) {
  const Share share = pass.share(static_cast<size_t>(windows_.outputs));
  const size_t outputs = share.to - share.from;
  if (outputs == 0) return;
  FilterGradient<Real> g{};
  g.windows = windows_;
  g.columns = pass.stride;
  g.stride = pass.stride;
  g.delta = delta;
  g.input = input;
  g.weights = gradient + this->plan_.weightOffset;
  g.bias = withBias ? gradient + this->plan_.biasOffset : nullptr;
  g.accumulate = accumulate;
  g.scratch = scratch(pass);
  const double all = operations() * pass.stride * static_cast<double>(outputs) / windows_.outputs;
  const size_t parts = std::min(outputs, pass.partsOf(all));
  for (size_t p = 0; p < parts && !pass.leaving(); ++p) {
    const Share part = even_share(outputs, static_cast<int>(p), static_cast<int>(parts));
    g.first = static_cast<int>(share.from + part.from);
    g.count = static_cast<int>(part.to - part.from);
    this->kernels_.images.filterGradient(g);
  }
}

template <typename Real>
void Conv2dLayer<Real>::parameterGradient(const Pass<Real>& pass, const Real* input, const Real* delta) {
  filterGradient(pass, input, delta, pass.gradient, true, pass.accumulate);
}

template <typename Real>
Real* Conv2dLayer<Real>::inputDelta(const Pass<Real>& pass, const Real*, Real* delta, Real* to, Gate<Real>& gate) {
  Product product{Way::Backward, pack(pass, Way::Backward, pass.parameters, packed_), delta, to};
  product.gate = gate;
  convolve(pass, product);
  gate.applied = gate.output != nullptr;
  return to;
}

template <typename Real>
const Real* Conv2dLayer<Real>::forwardTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent) {
  Real* to = this->tangentBefore();
  Product along{Way::Forward, pack(pass, Way::Forward, pass.direction, packedDirection_), input, to};
  along.bias = pass.direction + this->plan_.biasOffset;
  convolve(pass, along);
  if (inputTangent != nullptr) {
    Product through{Way::Forward, pack(pass, Way::Forward, pass.parameters, packed_), inputTangent, to};
    through.accumulate = true;
    convolve(pass, through);
  }
  this->activateTangent(pass);
  return this->outputTangent_.data();
}

template <typename Real>
void Conv2dLayer<Real>::parameterGradientTangent(const Pass<Real>& pass, const Real* input, const Real* inputTangent,
                                                 const Real* delta, const Real* deltaTangent) {
  filterGradient(pass, input, deltaTangent, pass.gradientTangent, true, pass.accumulate);
  // The bias does not depend on the input.
  if (inputTangent != nullptr) filterGradient(pass, inputTangent, delta, pass.gradientTangent, false, true);
}

template <typename Real>
bool Conv2dLayer<Real>::inputDeltaTangent(const Pass<Real>& pass, const Real*, const Real*, Real* delta, Real* deltaTangent,
                                          Real* to, Real* toTangent) {
  const Real* weights = pack(pass, Way::Backward, pass.parameters, packed_);
  convolve(pass, {Way::Backward, weights, delta, to});
  convolve(pass, {Way::Backward, weights, deltaTangent, toTangent});
  Product along{Way::Backward, pack(pass, Way::Backward, pass.direction, packedDirection_), delta, toTangent};
  along.accumulate = true;
  convolve(pass, along);
  return true;
}

template <typename Real>
void Conv2dLayer<Real>::sampleGradients(const Pass<Real>& pass, const Real* input, const Real* delta) {
  const Windows& w = windows_;
  const ptrdiff_t stride = pass.stride;
  const auto row = [&](size_t parameter) { return pass.sampleRows + static_cast<ptrdiff_t>(parameter) * stride + pass.from; };
  const auto pixel = [&](const Real* image, int channel, int height, int width, int y, int x) {
    return image + ((static_cast<ptrdiff_t>(channel) * height + y) * width + x) * stride + pass.from;
  };
  size_t weight = this->plan_.weightOffset;
  for (int o = 0; o < w.outputs; ++o) {
    Real* bias = row(this->plan_.biasOffset + static_cast<size_t>(o));
    std::fill_n(bias, pass.columns, Real{0});
    for (int y = 0; y < w.outputHeight * w.outputWidth; ++y) {
      const Real* d = pixel(delta, o, w.outputHeight, w.outputWidth, 0, y);
      for (int b = 0; b < pass.columns; ++b) bias[b] += d[b];
    }
    for (int tap = 0; tap < w.channels * w.kernelHeight * w.kernelWidth; ++tap, ++weight) {
      const int channel = tap / (w.kernelHeight * w.kernelWidth);
      const int i = tap / w.kernelWidth % w.kernelHeight;
      const int j = tap % w.kernelWidth;
      Real* to = row(weight);
      std::fill_n(to, pass.columns, Real{0});
      for (int y = 0; y < w.outputHeight; ++y) {
        const int fromY = y * w.strideHeight - w.paddingHeight + i;
        if (fromY < 0 || fromY >= w.height) continue;
        for (int x = 0; x < w.outputWidth; ++x) {
          const int fromX = x * w.strideWidth - w.paddingWidth + j;
          if (fromX < 0 || fromX >= w.width) continue;
          const Real* d = pixel(delta, o, w.outputHeight, w.outputWidth, y, x);
          const Real* from = pixel(input, channel, w.height, w.width, fromY, fromX);
          for (int b = 0; b < pass.columns; ++b) to[b] += d[b] * from[b];
        }
      }
    }
  }
}

template class Conv2dLayer<float>;
template class Conv2dLayer<double>;

}  // namespace basin
