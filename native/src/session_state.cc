// What a session's training goes on from, as bytes: a header that says what they belong to, and the numbers.
#include <cstring>
#include <string>

#include "error.h"
#include "session.h"
#include "state_archive.h"

namespace basin {
namespace {

constexpr char magic[8] = {'B', 'a', 's', 'i', 'n', 'S', 't', '1'};

struct Header {
  char magic[8];
  /// Of all that follows.
  uint64_t checksum;
  uint64_t layers, parameters, buffers, samples;
  uint64_t precision, optimizer, history;
  uint64_t step, epoch, cursor;
  double lossSum, right;
};

/// FNV-1a over words of eight bytes instead of single ones, so that millions of numbers take milliseconds.
class Hash {
 public:
  void add(uint64_t word) {
    value_ = (value_ ^ word) * 0x100000001b3u;
    // Multiplying carries upwards alone.
    value_ ^= value_ >> 29;
  }
  void add(const uint8_t* bytes, size_t size) {
    for (; size >= 8; bytes += 8, size -= 8) {
      uint64_t word;
      std::memcpy(&word, bytes, 8);
      add(word);
    }
    for (; size > 0; ++bytes, --size) add(*bytes);
  }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xcbf29ce484222325u;
};

void add_layers(Hash& hash, const std::vector<PlannedLayer>& layers) {
  hash.add(layers.size());
  for (const PlannedLayer& layer : layers) {
    const LayerSpec& spec = layer.spec;
    for (const Shape& shape : {layer.input, layer.output}) {
      for (const int side : {shape.channels, shape.height, shape.width}) hash.add(static_cast<uint64_t>(side));
    }
    for (const Extent2d& extent : {spec.kernel, spec.stride, spec.padding}) {
      hash.add(extent.height);
      hash.add(extent.width);
    }
    hash.add(static_cast<uint64_t>(spec.type));
    hash.add(static_cast<uint64_t>(spec.activation));
    add_layers(hash, layer.inner);
  }
}

uint64_t checksum_of(const uint8_t* state, size_t size) {
  constexpr size_t from = offsetof(Header, layers);
  Hash hash;
  // Else a last word and its first byte alone were the same where the rest of it is zero.
  hash.add(size);
  hash.add(state + from, size - from);
  return hash.value();
}

[[noreturn]] void bad_state(const std::string& why) { throw Error(ErrorCode::BadData, "state: " + why); }

}  // namespace

size_t Session::stateSize() {
  StateCounter counter;
  exchangeState(counter);
  return sizeof(Header) + counter.size();
}

void Session::saveState(uint8_t* to) {
  const OptimizerSpec& optimizer = options_.model.optimizer;
  const auto& training = samples(SampleSet::Training);
  Header header{};
  std::memcpy(header.magic, magic, sizeof magic);
  Hash layers;
  add_layers(layers, plan_.layers);
  header.layers = layers.value();
  header.parameters = parameterCount();
  header.buffers = buffers_.size();
  header.samples = training ? training->size : 0;
  header.precision = static_cast<uint64_t>(options_.precision);
  header.optimizer = static_cast<uint64_t>(optimizer.type);
  header.history = optimizer.history;
  header.step = progress.step;
  header.epoch = progress.epoch;
  header.cursor = progress.cursor;
  header.lossSum = progress.lossSum;
  header.right = progress.right;
  std::memcpy(to, &header, sizeof header);
  StateWriter writer(to + sizeof header);
  exchangeState(writer);
  header.checksum = checksum_of(to, stateSize());
  std::memcpy(to, &header, sizeof header);
}

void Session::restoreState(const uint8_t* from, size_t size) {
  const OptimizerSpec& optimizer = options_.model.optimizer;
  const auto& training = samples(SampleSet::Training);
  Header header;
  if (size < sizeof header) bad_state("it is cut off");
  std::memcpy(&header, from, sizeof header);
  if (std::memcmp(header.magic, magic, sizeof magic) != 0) bad_state("this is none, or another version made it");
  if (header.checksum != checksum_of(from, size)) bad_state("it is damaged");
  Hash layers;
  add_layers(layers, plan_.layers);
  if (header.layers != layers.value() || header.parameters != parameterCount() || header.buffers != buffers_.size()) {
    bad_state("it is of another model");
  }
  if (header.precision != static_cast<uint64_t>(options_.precision)) bad_state("it is of another precision");
  if (header.optimizer != static_cast<uint64_t>(optimizer.type) || header.history != optimizer.history) {
    bad_state("it is of another optimizer");
  }
  if (training == nullptr || header.samples != training->size) {
    bad_state("it needs the training samples that it was taken with, " + std::to_string(header.samples) + " of them");
  }
  if (header.cursor >= training->size) bad_state("it is past the end of an epoch");
  StateReader reader(from + sizeof header, size - sizeof header);
  exchangeState(reader);
  if (reader.left() > 0) bad_state("there is more of it than this session has");
  stateRestored();
  progress = {header.step, header.epoch, static_cast<size_t>(header.cursor), header.lossSum, header.right};
}

}  // namespace basin
