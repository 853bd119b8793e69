// The layers one after the other, there and back.
#include "network.h"

#include <algorithm>

#include "error.h"

namespace basin {
namespace {

/// A chunk's activations should stay in the second cache, and fill vectors.
constexpr size_t workspaceFloats = 128 * 1024;
constexpr int minCapacity = 64;
constexpr int maxCapacity = 512;
/// Below this many weights, dot products along the batch beat a matrix product with a transposed input.
constexpr size_t maxDotWeights = 1024;

size_t rounded_up(size_t size) { return (size + columnMultiple - 1) / columnMultiple * columnMultiple; }

int chunk_capacity(const std::vector<DenseLayer>& layers) {
  size_t features = static_cast<size_t>(layers.front().inputs);
  for (const DenseLayer& layer : layers) features += static_cast<size_t>(layer.outputs);
  const size_t columns = workspaceFloats / features / columnMultiple * columnMultiple;
  return static_cast<int>(std::clamp<size_t>(columns, minCapacity, maxCapacity));
}

bool applied_with_the_product(Activation activation) {
  return activation == Activation::Linear || activation == Activation::Relu || activation == Activation::LeakyRelu;
}

bool has_gate(Activation activation) {
  return activation == Activation::Relu || activation == Activation::LeakyRelu;
}

/// Which samples fill a chunk's columns: `count` from `start` in `order` (null: as stored), and the first again as padding.
struct Choice {
  const uint32_t* order;
  size_t start, count, columns;
  size_t at(size_t column) const { return order == nullptr ? start + column : order[start + column]; }
};

/// Rows of `width` numbers, samples first, to columns: to[i * columns + c].
template <typename Number>
void turn(const Number* from, size_t width, const Choice& choice, float* to) {
  for (size_t i = 0; i < width; ++i) {
    float* row = to + i * choice.columns;
    for (size_t c = 0; c < choice.count; ++c) row[c] = from[choice.at(c) * width + i];
    std::fill(row + choice.count, row + choice.columns, row[0]);
  }
}

bool needs_value_before(Activation activation) {
  return activation == Activation::Softplus || activation == Activation::Gelu || activation == Activation::Sin;
}

}  // namespace

Network::Network(const ModelSpec& model, const KernelTable<float>& kernels)
    : kernels_(kernels), loss_(model.loss), layers_(plan_layers(model)), capacity_(chunk_capacity(layers_)) {
  const auto columns = static_cast<size_t>(capacity_);
  size_t widest = static_cast<size_t>(layers_.front().inputs);
  double floats = 0;
  for (const DenseLayer& layer : layers_) {
    widest = std::max(widest, static_cast<size_t>(layer.outputs));
    floats += 2.0 * static_cast<double>(layer.outputs) * capacity_;
    require_memory(floats * sizeof(float), layer.name);
  }
  input_ = AlignedFloats(columns * static_cast<size_t>(inputSize()));
  size_t scratch = 0;
  size_t transposed = 0;
  for (const DenseLayer& layer : layers_) {
    const size_t weights = static_cast<size_t>(layer.inputs) * static_cast<size_t>(layer.outputs);
    Work work;
    work.output = AlignedFloats(columns * static_cast<size_t>(layer.outputs));
    if (needs_value_before(layer.activation)) work.before = AlignedFloats(work.output.size());
    work.dot = weights <= maxDotWeights;
    if (work.dot) {
      const size_t quads = (static_cast<size_t>(layer.inputs) + 3) / 4;
      scratch = std::max(scratch, (quads * static_cast<size_t>(layer.outputs) + 3) * columnMultiple);
    } else if (work_.empty()) {
      rows_ = AlignedFloats(columns * rounded_up(static_cast<size_t>(layer.inputs)));
    } else {
      transposed = std::max(transposed, columns * rounded_up(static_cast<size_t>(layer.inputs)));
    }
    work_.push_back(std::move(work));
  }
  scratch_ = AlignedFloats(scratch);
  transposed_ = AlignedFloats(transposed);
  const bool labels = loss_ == Loss::SoftmaxCrossEntropy;
  target_ = AlignedFloats(columns * (labels ? 1 : static_cast<size_t>(outputSize())));
  valid_ = AlignedFloats(columns);
  for (AlignedFloats& delta : delta_) delta = AlignedFloats(columns * widest);
}

void Network::loadInputs(const float* inputs, const uint32_t* order, size_t start, int count) {
  count_ = count;
  columns_ = static_cast<int>(rounded_up(static_cast<size_t>(count)));
  const auto features = static_cast<size_t>(inputSize());
  const Choice choice{order, start, static_cast<size_t>(count), static_cast<size_t>(columns_)};
  if (rows_.empty()) return turn(inputs, features, choice, input_.data());
  const size_t stride = rounded_up(features);
  for (size_t c = 0; c < choice.columns; ++c) {
    std::copy_n(inputs + choice.at(c < choice.count ? c : 0) * features, features, rows_.data() + c * stride);
  }
  kernels_.transpose(rows_.data(), static_cast<ptrdiff_t>(stride), columns_, inputSize(), input_.data(), columns_);
}

void Network::loadTargets(const Samples& samples, const uint32_t* order, size_t start) {
  const Choice choice{order, start, static_cast<size_t>(count_), static_cast<size_t>(columns_)};
  std::fill_n(valid_.data(), choice.count, 1.0f);
  std::fill(valid_.data() + choice.count, valid_.data() + choice.columns, 0.0f);
  if (loss_ == Loss::SoftmaxCrossEntropy) return turn(samples.labels.data(), 1, choice, target_.data());
  turn(samples.values.data(), static_cast<size_t>(outputSize()), choice, target_.data());
}

void Network::forward(const float* parameters) {
  for (size_t index = 0; index < layers_.size(); ++index) {
    const DenseLayer& layer = layers_[index];
    Work& work = work_[index];
    const bool fused = applied_with_the_product(layer.activation);
    float* before = work.before.empty() ? work.output.data() : work.before.data();
    Gemm<float> product{};
    product.rows = layer.outputs;
    product.columns = columns_;
    product.depth = layer.inputs;
    product.a = parameters + layer.weightOffset;
    product.aRow = layer.inputs;
    product.aStep = 1;
    product.b = inputOf(index);
    product.bStep = columns_;
    product.c = before;
    product.cRow = columns_;
    product.bias = parameters + layer.biasOffset;
    product.activation = fused ? layer.activation : Activation::Linear;
    kernels_.gemm(product);
    if (fused) continue;
    if (layer.activation == Activation::Softmax) {
      kernels_.softmax(before, columns_, layer.outputs, columns_);
    } else {
      kernels_.activate(layer.activation, {layer.outputs, columns_, columns_}, before, work.output.data());
    }
  }
}

LossSum Network::lossSum(const float* scale) {
  LossInput<float> in{};
  in.outputs = outputSize();
  in.columns = columns_;
  in.stride = columns_;
  in.output = work_.back().output.data();
  in.target = target_.data();
  in.valid = valid_.data();
  in.delta = scale == nullptr ? nullptr : delta_[0].data();
  in.scale = scale == nullptr ? 0 : *scale;
  return loss_ == Loss::SoftmaxCrossEntropy ? kernels_.crossEntropy(in) : kernels_.squaredError(in);
}

double Network::backward(const float* parameters, float* gradient, bool accumulate) {
  float* delta = delta_[0].data();
  float* next = delta_[1].data();
  bool gated = false;
  double squares = 0;
  for (size_t index = layers_.size(); index-- > 0;) {
    const DenseLayer& layer = layers_[index];
    const Work& work = work_[index];
    if (layer.activation == Activation::Softmax) {
      kernels_.softmaxBackward(delta, work.output.data(), columns_, layer.outputs, columns_);
    } else if (!gated && layer.activation != Activation::Linear) {
      const float* before = work.before.empty() ? work.output.data() : work.before.data();
      const Extent extent{layer.outputs, columns_, columns_};
      kernels_.activateBackward(layer.activation, extent, delta, before, work.output.data());
    }
    squares += weightGradient(index, delta, gradient, accumulate);
    if (index == 0) break;
    gated = has_gate(layers_[index - 1].activation);
    Gemm<float> product{};
    product.rows = layer.inputs;
    product.columns = columns_;
    product.depth = layer.outputs;
    product.a = parameters + layer.weightOffset;
    product.aRow = 1;
    product.aStep = layer.inputs;
    product.b = delta;
    product.bStep = columns_;
    product.c = next;
    product.cRow = columns_;
    product.gate = gated ? inputOf(index) : nullptr;
    product.gateActivation = layers_[index - 1].activation;
    kernels_.gemm(product);
    std::swap(delta, next);
  }
  return squares + dotSquares(gradient);
}

/// Sum of squares over the layers that the matrix product does not tell it of, whole runs of them at once.
double Network::dotSquares(const float* gradient) const {
  double squares = 0;
  for (size_t index = 0; index < layers_.size(); ++index) {
    if (!work_[index].dot) continue;
    const size_t start = layers_[index].weightOffset;
    while (index + 1 < layers_.size() && work_[index + 1].dot) ++index;
    const size_t end = layers_[index].biasOffset + static_cast<size_t>(layers_[index].outputs);
    squares += kernels_.sumSquares(gradient + start, end - start);
  }
  return squares;
}

/// Returns the sum of squares, or zero where dotSquares sees to it.
double Network::weightGradient(size_t index, const float* delta, float* gradient, bool accumulate) {
  const DenseLayer& layer = layers_[index];
  float* weights = gradient + layer.weightOffset;
  float* bias = gradient + layer.biasOffset;
  if (work_[index].dot) {
    kernels_.weightGradient({layer.inputs, layer.outputs, columns_, columns_, delta, inputOf(index), weights, bias,
                             accumulate, scratch_.data()});
    return 0;
  }
  const auto stride = static_cast<ptrdiff_t>(rounded_up(static_cast<size_t>(layer.inputs)));
  const float* rows = index == 0 ? rows_.data() : transposed_.data();
  if (index > 0) kernels_.transpose(inputOf(index), columns_, layer.inputs, columns_, transposed_.data(), stride);
  Gemm<float> product{};
  product.rows = layer.outputs;
  product.columns = layer.inputs;
  product.depth = columns_;
  product.a = delta;
  product.aRow = columns_;
  product.aStep = 1;
  product.b = rows;
  product.bStep = stride;
  product.c = weights;
  product.cRow = layer.inputs;
  product.accumulate = accumulate;
  double squares = 0;
  product.squares = &squares;
  kernels_.gemm(product);
  kernels_.sumRows(delta, columns_, layer.outputs, columns_, bias, accumulate);
  return squares + kernels_.sumSquares(bias, static_cast<size_t>(layer.outputs));
}

void Network::copyOutputs(float* to) const {
  kernels_.transpose(work_.back().output.data(), columns_, outputSize(), count_, to, outputSize());
}

}  // namespace basin
