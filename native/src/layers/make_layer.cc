// Which class is which layer. A new kind of layer is a file beside this one and a case here.
#include "batch_norm.h"
#include "conv2d.h"
#include "dense.h"
#include "dropout.h"
#include "flatten.h"
#include "pool2d.h"
#include "residual.h"

#include "../error.h"

namespace basin {

template <typename Real>
std::unique_ptr<Layer<Real>> make_layer(const PlannedLayer& plan, const KernelTable<Real>& kernels, int capacity, int threads,
                                        bool first) {
  switch (plan.spec.type) {
    case LayerType::Dense:
      return std::make_unique<DenseLayer<Real>>(plan, kernels, capacity, first);
    case LayerType::Flatten:
      return std::make_unique<FlattenLayer<Real>>(plan, kernels);
    case LayerType::Dropout:
      return std::make_unique<DropoutLayer<Real>>(plan, kernels, capacity);
    case LayerType::BatchNorm:
      return std::make_unique<BatchNormLayer<Real>>(plan, kernels, capacity);
    case LayerType::Residual:
      return std::make_unique<ResidualLayer<Real>>(plan, kernels, capacity, threads);
    case LayerType::Conv2d:
      return std::make_unique<Conv2dLayer<Real>>(plan, kernels, capacity, threads);
    case LayerType::MaxPool:
    case LayerType::AveragePool:
      return std::make_unique<Pool2dLayer<Real>>(plan, kernels, capacity);
  }
  throw Error(ErrorCode::BadModel, plan.name + ": there is no such type of layer");
}

template std::unique_ptr<Layer<float>> make_layer(const PlannedLayer&, const KernelTable<float>&, int, int, bool);
template std::unique_ptr<Layer<double>> make_layer(const PlannedLayer&, const KernelTable<double>&, int, int, bool);

}  // namespace basin
