// Builds one instruction set's table for one number type out of the kernels written on its Vec. Included once by each
// level_*.cc, which names the level (BASIN_LEVEL), the namespace of its Vec (BASIN_SPACE) and the elementary functions
// (BASIN_MATH) before.

#define BASIN_STRING(name) #name
#define BASIN_NAME(name) BASIN_STRING(name)
#define BASIN_JOIN(name, suffix) name##suffix
#define BASIN_FUNCTION(name) BASIN_JOIN(name, Kernels)

/// For a function whose inner loop needs all registers: inlined into a large one, some would be kept in memory.
#if defined(__GNUC__)
#define BASIN_APART __attribute__((noinline))
#elif defined(_MSC_VER)
#define BASIN_APART __declspec(noinline)
#else
#define BASIN_APART
#endif

namespace basin {
namespace BASIN_SPACE {
namespace {

using Real = Vec::Real;

#include "math.h"

#include "gemm.h"

#include "gradient.h"

#include "activation.h"

#include "loss.h"

#include "second_order.h"

#include "update.h"

#include "random_words.h"

#include "convolution.h"

#include "filter_gradient.h"

#include "winograd_transforms.h"

#include "winograd.h"

#include "winograd_gradient.h"

#include "convolve.h"

#include "pooling.h"

}  // namespace
}  // namespace BASIN_SPACE

template <>
const KernelTable<BASIN_SPACE::Vec::Real>& BASIN_FUNCTION(BASIN_LEVEL)<BASIN_SPACE::Vec::Real>() {
  namespace level = BASIN_SPACE;
  static const KernelTable<level::Vec::Real> table = {BASIN_NAME(BASIN_LEVEL),
                                                      level::gemm,
                                                      level::weightGradient,
                                                      level::sumRows,
                                                      level::transpose,
                                                      level::activate,
                                                      level::activateBackward,
                                                      level::activateTangent,
                                                      level::activateBackwardTangent,
                                                      level::softmax,
                                                      level::softmaxBackward,
                                                      level::softmaxTangent,
                                                      level::softmaxBackwardTangent,
                                                      level::squaredError,
                                                      level::crossEntropy,
                                                      level::squaredErrorTangent,
                                                      level::crossEntropyTangent,
                                                      level::weightedSum,
                                                      level::outerRows,
                                                      level::sumSquares,
                                                      level::randomWords,
                                                      level::sgd,
                                                      level::rmsprop,
                                                      level::adam,
                                                      {level::convolutionRoom, level::packWeights, level::convolve,
                                                       level::filterGradient, level::maxPool, level::maxPoolBackward,
                                                       level::averagePool, level::averagePoolBackward}};
  return table;
}

}  // namespace basin
