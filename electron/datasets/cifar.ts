/**
 * CIFAR-10's binary batches: records of one label byte and 3,072 pixel bytes, the 32x32 red plane, then green, then blue.
 * Source: the description on the CIFAR-10 page (Krizhevsky).
 */
import { datasets } from '../../shared/data/datasets'
import { shapeSize } from '../../shared/models/model'
import { damaged, withCommas } from './problems'
import type { RawSplit } from './raw'

const pixelBytes = shapeSize(datasets.cifar10.shape)
const classCount = datasets.cifar10.classes.length

export const cifarRecordBytes = 1 + pixelBytes

/** Number of records in so many bytes. @throws `dataset/damaged` where a record is cut. */
export function cifarCount(file: string, bytes: number): number {
  if (bytes === 0) throw damaged(file, 'it is empty')
  const count = Math.floor(bytes / cifarRecordBytes)
  if (count * cifarRecordBytes === bytes) return count
  throw damaged(
    file,
    `it is truncated at byte ${withCommas(bytes)}, within record ${withCommas(count)} of ${withCommas(cifarRecordBytes)} bytes each`,
  )
}

/** Number of records. @throws `dataset/damaged` where a record is cut or a label is not one of the ten. */
export function checkCifarBatch(file: string, bytes: Uint8Array): number {
  const count = cifarCount(file, bytes.length)
  for (let i = 0; i < count; i++) {
    const label = bytes[i * cifarRecordBytes]!
    if (label >= classCount)
      throw damaged(file, `the label of record ${withCommas(i)} is ${label}; labels are 0 to ${classCount - 1}`)
  }
  return count
}

/** Joins batches; pixels are [N, 3, 32, 32], as in the files. @throws `dataset/damaged` */
export function parseCifarBatches(batches: readonly { file: string; bytes: Uint8Array }[]): RawSplit {
  const counts = batches.map(({ file, bytes }) => checkCifarBatch(file, bytes))
  const count = counts.reduce((sum, one) => sum + one, 0)
  const pixels = new Uint8Array(count * pixelBytes)
  const labels = new Uint8Array(count)
  let image = 0
  batches.forEach(({ bytes }, batch) => {
    for (let record = 0; record < counts[batch]!; record++, image++) {
      const start = record * cifarRecordBytes
      labels[image] = bytes[start]!
      pixels.set(bytes.subarray(start + 1, start + cifarRecordBytes), image * pixelBytes)
    }
  })
  return { count, pixels, labels }
}
