/** After which epochs a network's prediction is kept, so that its way can be watched and scrubbed through later. */

/** Frames per run besides the geometric ones at its start. */
const evenFrames = 96

/**
 * Epochs in ascending order: 0, the powers of √2 (early on much happens) and an even spacing to the last one.
 * Never more than about 140, however long the run.
 */
export function probeEpochs(epochs: number): Uint32Array {
  const chosen = new Set<number>([0, epochs])
  for (let epoch = 1; epoch < epochs; epoch *= Math.SQRT2) chosen.add(Math.round(epoch))
  for (let i = 1; i < evenFrames; i++) chosen.add(Math.round((epochs * i) / evenFrames))
  return Uint32Array.from(chosen).sort()
}
