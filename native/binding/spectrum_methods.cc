// Options in, a computation on a thread, numbers out: one function for each method.
#include "spectrum_methods.h"

#include "../src/curvature/input_gradients.h"
#include "../src/curvature/lanczos.h"
#include "../src/curvature/power_iteration.h"
#include "../src/curvature/spectral_density.h"
#include "../src/curvature/trace.h"
#include "arguments.h"
#include "options.h"

namespace basin {
namespace {

constexpr double maxProbes = 1e6;

size_t count_of(const Napi::Object& options, const char* name, double most) {
  return static_cast<size_t>(integer_argument(options.Get(name), ErrorCode::BadArgument, name, 1, most));
}

/// A task whose computation leaves one Found, which `hand_out` turns into JavaScript's.
template <typename Found, typename Compute, typename HandOut>
std::shared_ptr<Task> finding(Napi::Env env, const SharedQuestion& question, Compute compute, HandOut hand_out) {
  const auto found = std::make_shared<Found>();
  return asked(
      env, question,
      [=](Objective& objective, const double* theta, Operator op, const GoOn& goOn) {
        *found = compute(objective, theta, op, goOn);
      },
      [=](Napi::Env here) -> Napi::Value {
        const Napi::Object object = Napi::Object::New(here);
        hand_out(here, object, *found);
        return object;
      });
}

std::shared_ptr<Task> lanczos_task(Napi::Env env, const SharedQuestion& question, const Napi::Object& options) {
  const size_t steps = count_of(options, "steps", static_cast<double>(question->theta.size()));
  const RandomKey key = parse_key(options.Get("key"), "key");
  return finding<LanczosResult>(
      env, question,
      [=](Objective& objective, const double* theta, Operator op, const GoOn& goOn) {
        return lanczos(operator_of(objective, op, theta, goOn), steps, key);
      },
      [](Napi::Env here, Napi::Object object, const LanczosResult& found) {
        object.Set("values", to_array(here, found.values, "the values"));
        object.Set("residuals", to_array(here, found.residuals, "the residuals"));
        object.Set("steps", static_cast<double>(found.values.size()));
      });
}

std::shared_ptr<Task> density_task(Napi::Env env, const SharedQuestion& question, const Napi::Object& options) {
  const size_t probes = count_of(options, "probes", maxProbes);
  const size_t steps = count_of(options, "steps", static_cast<double>(question->theta.size()));
  const RandomKey key = parse_key(options.Get("key"), "key");
  return finding<SpectralDensity>(
      env, question,
      [=](Objective& objective, const double* theta, Operator op, const GoOn& goOn) {
        return spectral_density(operator_of(objective, op, theta, goOn), probes, steps, key);
      },
      [](Napi::Env here, Napi::Object object, const SpectralDensity& found) {
        object.Set("nodes", to_array(here, found.nodes, "the nodes"));
        object.Set("weights", to_array(here, found.weights, "the weights"));
      });
}

std::shared_ptr<Task> eigenpairs_task(Napi::Env env, const SharedQuestion& question, const Napi::Object& options) {
  PowerOptions power;
  power.count = count_of(options, "count", static_cast<double>(question->theta.size()));
  power.tolerance = number_argument(options.Get("tolerance"), ErrorCode::BadArgument, "tolerance");
  if (!(power.tolerance >= 0)) throw Error(ErrorCode::BadArgument, "tolerance must not be negative");
  power.maxIterations = word_argument(options.Get("maxIterations"), ErrorCode::BadArgument, "maxIterations", 1);
  power.key = parse_key(options.Get("key"), "key");
  require_memory(2.0 * static_cast<double>(power.count) * static_cast<double>(question->theta.size()) * sizeof(double),
                 "the eigenvectors");
  return finding<Eigenpairs>(
      env, question,
      [=](Objective& objective, const double* theta, Operator op, const GoOn& goOn) {
        return top_eigenpairs(operator_of(objective, op, theta, goOn), power);
      },
      [](Napi::Env here, Napi::Object object, const Eigenpairs& found) {
        object.Set("values", to_array(here, found.values, "the values"));
        object.Set("vectors", to_array(here, found.vectors, "the eigenvectors"));
        object.Set("residuals", to_array(here, found.residuals, "the residuals"));
        object.Set("iterations", to_array(here, found.iterations, "the iterations"));
      });
}

std::shared_ptr<Task> trace_task(Napi::Env env, const SharedQuestion& question, const Napi::Object& options) {
  const size_t probes = count_of(options, "probes", maxProbes);
  const RandomKey key = parse_key(options.Get("key"), "key");
  return finding<TraceEstimate>(
      env, question,
      [=](Objective& objective, const double* theta, Operator op, const GoOn& goOn) {
        return estimate_trace(operator_of(objective, op, theta, goOn), probes, key);
      },
      [](Napi::Env here, Napi::Object object, const TraceEstimate& found) {
        object.Set("mean", found.mean);
        object.Set("standardError", found.standardError);
        object.Set("samples", to_array(here, found.samples, "the samples"));
      });
}

std::shared_ptr<Task> input_gradients_task(Napi::Env env, const SharedQuestion& question, Napi::Value given) {
  const std::string of = string_argument(given, ErrorCode::BadArgument, "of");
  if (of != "loss" && of != "output") throw Error(ErrorCode::BadArgument, "of must be 'loss' or 'output'");
  const InputGradientOf what = of == "loss" ? InputGradientOf::Loss : InputGradientOf::Output;
  return finding<InputGradientNorms>(
      env, question,
      [=](Objective& objective, const double* theta, Operator, const GoOn& goOn) {
        return input_gradient_norms(objective, theta, what, goOn);
      },
      [](Napi::Env here, Napi::Object object, const InputGradientNorms& found) {
        object.Set("mean", found.mean);
        object.Set("norms", to_array(here, found.norms, "the norms"));
      });
}

}  // namespace

std::shared_ptr<Task> spectrum_task(Napi::Env env, const SharedQuestion& question, const std::string& name,
                                    Napi::Value given) {
  if (name == "inputGradientNorms") return input_gradients_task(env, question, given);
  const auto make = name == "lanczos"           ? lanczos_task
                    : name == "spectralDensity" ? density_task
                    : name == "topEigenpairs"   ? eigenpairs_task
                    : name == "trace"           ? trace_task
                                                : nullptr;
  if (make == nullptr) return nullptr;
  return make(env, question, object_argument(given, ErrorCode::BadArgument, "options"));
}

}  // namespace basin
