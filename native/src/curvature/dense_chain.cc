#include "dense_chain.h"

#include <algorithm>

#include "../round_up.h"

namespace basin {
namespace {

bool is_dense(const PlannedLayer& layer) { return layer.spec.type == LayerType::Dense; }

}  // namespace

bool DenseChain::describes(const Plan& plan) {
  return std::all_of(plan.layers.begin(), plan.layers.end(), [](const PlannedLayer& layer) {
    if (is_dense(layer)) return layer.spec.activation != Activation::Softmax;
    return layer.spec.type == LayerType::Dropout || layer.spec.type == LayerType::Flatten;
  });
}

double DenseChain::memoryOf(const Plan& plan, int capacity) {
  double features = 0;
  for (const PlannedLayer& layer : plan.layers) {
    if (is_dense(layer)) features += 2.0 * static_cast<double>(layer.input.size()) + 7.0 * static_cast<double>(layer.output.size());
  }
  return features * capacity * sizeof(double);
}

DenseChain::DenseChain(Objective& objective, int chunk) : objective_(objective) {
  const auto capacity = static_cast<size_t>(chunk);
  size_t widest = 0;
  for (const PlannedLayer& plan : objective.network().plan().layers) {
    if (!is_dense(plan)) continue;
    const size_t inputs = plan.input.size(), outputs = plan.output.size();
    ChainLayer layer;
    layer.weightOffset = plan.weightOffset;
    layer.biasOffset = plan.biasOffset;
    layer.inputs = static_cast<int>(inputs);
    layer.outputs = static_cast<int>(outputs);
    layer.activation = plan.spec.activation;
    layer.input = Aligned<double>((inputs + 1) * capacity);
    for (Aligned<double>* block : {&layer.before, &layer.output, &layer.slope, &layer.bend, &layer.delta, &layer.deltaRows}) {
      *block = Aligned<double>(outputs * capacity);
    }
    layer.inputRow = static_cast<ptrdiff_t>(whole_vectors(inputs));
    layer.inputRows = Aligned<double>(capacity * whole_vectors(inputs));
    widest = std::max(widest, outputs);
    layers_.push_back(std::move(layer));
  }
  ones_ = Aligned<double>(widest * capacity);
  std::fill_n(ones_.data(), ones_.size(), 1.0);
}

void DenseChain::forward(const ChainLayer& layer, const Pass<double>& pass, const double* x, int first, int count, const double* bias,
                         double* to) const {
  if (pass.columns == 0) return;
  Gemm<double> product{};
  product.rows = layer.outputs;
  product.columns = pass.columns;
  product.depth = count;
  product.a = pass.parameters + layer.weightOffset + first;
  product.aRow = layer.inputs;
  product.aStep = 1;
  product.b = x + first * static_cast<ptrdiff_t>(pass.stride) + pass.from;
  product.bStep = pass.stride;
  product.c = to + pass.from;
  product.cRow = pass.stride;
  product.bias = bias;
  objective_.network().kernels().gemm(product);
}

void DenseChain::backward(const ChainLayer& layer, const Pass<double>& pass, const double* delta, double* to) const {
  if (pass.columns == 0) return;
  Gemm<double> product{};
  product.rows = layer.inputs;
  product.columns = pass.columns;
  product.depth = layer.outputs;
  product.a = pass.parameters + layer.weightOffset;
  product.aRow = 1;
  product.aStep = layer.inputs;
  product.b = delta + pass.from;
  product.bStep = pass.stride;
  product.c = to + pass.from;
  product.cRow = pass.stride;
  objective_.network().kernels().gemm(product);
}

/// From dL/da in layer.delta.
void DenseChain::slopes(ChainLayer& layer, const Pass<double>& pass) {
  const KernelTable<double>& kernels = objective_.network().kernels();
  const Extent extent{layer.outputs, pass.columns, pass.stride};
  const int from = pass.from;
  const double* z = layer.before.data() + from;
  const double* a = layer.output.data() + from;
  const double* ones = ones_.data() + from;
  kernels.activateTangent(layer.activation, extent, z, a, ones, layer.slope.data() + from);
  // The tangent of f'(z) dL/da along z, dL/da staying as it is.
  for (int o = 0; o < layer.outputs; ++o) {
    std::fill_n(layer.bend.data() + static_cast<ptrdiff_t>(o) * pass.stride + from, pass.columns, 0.0);
  }
  kernels.activateBackwardTangent(layer.activation, extent, z, a, ones, layer.delta.data() + from, layer.bend.data() + from);
}

void DenseChain::load(const Pass<double>& pass) {
  Network<double>& network = objective_.network();
  const KernelTable<double>& kernels = network.kernels();
  const ptrdiff_t stride = pass.stride;
  const auto copy = [&](const double* rows, int count, double* to) {
    for (ptrdiff_t at = pass.from; count > 0; --count, at += stride) std::copy_n(rows + at, pass.columns, to + at);
  };
  const double* x = network.input();
  for (ChainLayer& layer : layers_) {
    copy(x, layer.inputs, layer.input.data());
    std::fill_n(layer.input.data() + layer.inputs * stride + pass.from, pass.columns, 1.0);
    kernels.transpose(x + pass.from, stride, layer.inputs, pass.columns, layer.inputRows.data() + pass.from * layer.inputRow,
                      layer.inputRow);
    forward(layer, pass, x, 0, layer.inputs, pass.parameters + layer.biasOffset, layer.before.data());
    const Extent extent{layer.outputs, pass.columns, pass.stride};
    // Linear copies.
    kernels.activate(layer.activation, extent, layer.before.data() + pass.from, layer.output.data() + pass.from);
    x = layer.output.data();
  }
  const double each = objective_.scale();
  network.lossOf(pass, x, &each);
  copy(network.sequence().deltas(), network.outputSize(), layers_.back().delta.data());
  for (size_t index = layers_.size(); index-- > 0;) {
    ChainLayer& layer = layers_[index];
    slopes(layer, pass);
    kernels.transpose(layer.delta.data() + pass.from, stride, layer.outputs, pass.columns,
                      layer.deltaRows.data() + static_cast<ptrdiff_t>(pass.from) * layer.outputs, layer.outputs);
    if (index > 0) backward(layer, pass, layer.delta.data(), layers_[index - 1].delta.data());
  }
}

}  // namespace basin
