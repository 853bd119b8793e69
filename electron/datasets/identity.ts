/** Which samples a network was trained on, so that others can tell whether they have the same. */
import { createHash } from 'node:crypto'
import type { RunSpec } from '../../shared/experiments/run-spec'
import { runSamples } from './run-samples'

/** The data of a spec, with numbers of samples and a hash of the training samples. */
export type DataIdentity = RunSpec['data'] & {
  seed: number
  samples: { training: number; test: number }
  /** Of the inputs [N, I] as the network sees them, then the targets: float32, little-endian; labels: bytes. */
  sha256: string
}

/** @param dataSha256 - as the run keeps it. @throws LabError `dataset/missing`, `dataset/changed` */
export async function dataIdentity(
  spec: RunSpec,
  datasetFolders: string[],
  dataSha256?: string | null,
): Promise<DataIdentity> {
  const { training, test } = await runSamples(spec, datasetFolders, dataSha256)
  const hash = createHash('sha256')
  for (const values of [training.inputs, training.values ?? training.labels]) if (values) hash.update(values)
  const size = spec.model.inputSize
  const samples = { training: training.inputs.length / size, test: test.inputs.length / size }
  return { ...spec.data, seed: spec.seed, samples, sha256: hash.digest('hex') }
}
