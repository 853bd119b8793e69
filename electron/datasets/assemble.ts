/** Which of the files that a person gave is what in the data set. Names decide; sizes only where names say nothing. */
import { LabError } from '../../shared/api/errors'
import { datasets } from '../../shared/data/datasets'
import type { CollectedFile } from './collect'
import type { FileDatasetName } from './locate'
import { checkMnistCounts, mnistFileNames } from './mnist'
import { withCommas } from './problems'
import { splitOfFile, splitsOfTwo } from './split-names'

/** A collected file on disk, in the folder where the set is put together. */
export interface StagedFile extends Omit<CollectedFile, 'bytes'> {
  stagedName: string
  bytes: number
  sha256: string
}

export interface Assembly {
  trainSize: number
  testSize: number
  /** Final names. */
  files: { name: string; staged: StagedFile }[]
}

/** Two files of a role; once in order: training, test. */
type Pair = [StagedFile, StagedFile]

/** @throws LabError `argument/invalid` where files are lacking or nothing tells them apart, `dataset/damaged` where they do not fit */
export function assemble(name: FileDatasetName, staged: readonly StagedFile[]): Assembly {
  return name === 'mnist' ? assembleMnist(staged) : assembleCifar(staged)
}

function assembleMnist(staged: readonly StagedFile[]): Assembly {
  const [images, labels] = [pairOf(staged, 'images'), pairOf(staged, 'labels')]
  const [namedImages, namedLabels] = [byNames(images), byNames(labels)]
  // Where only one role has names that say something, the other's files go with those of the same number of samples.
  const [trainImages, testImages] = namedImages ?? (namedLabels ? asMany(images, namedLabels) : bySize(images))
  const [trainLabels, testLabels] = namedLabels ?? asMany(labels, [trainImages, testImages])
  checkMnistCounts(trainImages.file, trainImages.count, trainLabels.file, trainLabels.count)
  checkMnistCounts(testImages.file, testImages.count, testLabels.file, testLabels.count)
  const [trainImagesName, trainLabelsName] = mnistFileNames.training
  const [testImagesName, testLabelsName] = mnistFileNames.test
  return {
    trainSize: trainImages.count,
    testSize: testImages.count,
    files: [
      { name: trainImagesName, staged: trainImages },
      { name: trainLabelsName, staged: trainLabels },
      { name: testImagesName, staged: testImages },
      { name: testLabelsName, staged: testLabels },
    ],
  }
}

function pairOf(staged: readonly StagedFile[], role: 'images' | 'labels'): Pair {
  const files = staged.filter((file) => file.role === role)
  const [first, second] = files
  if (first && second && files.length === 2) return [first, second]
  const given =
    files.length === 0 ? 'none' : files.map(({ file, count }) => `${file} (${withCommas(count)})`).join(', ')
  throw new LabError(
    'argument/invalid',
    `${datasets.mnist.title} needs two files of ${role}, for training and test; given: ${given}`,
  )
}

/** Undefined where the names say nothing. */
function byNames([first, second]: Pair): Pair | undefined {
  const splits = splitsOfTwo(first.file, second.file)
  if (splits === 'same') throw undecided([first, second])
  if (!splits) return undefined
  return splits[0] === 'training' ? [first, second] : [second, first]
}

/** The larger is for training. */
function bySize([first, second]: Pair): Pair {
  if (first.count === second.count) throw undecided([first, second])
  return first.count > second.count ? [first, second] : [second, first]
}

/** The files of a role in the order in which they have as many samples as those of the other role. */
function asMany([first, second]: Pair, [training, test]: Pair): Pair {
  if (training.count === test.count) throw undecided([first, second])
  return first.count === test.count || second.count === training.count ? [second, first] : [first, second]
}

function undecided([first, second]: Pair): LabError {
  return new LabError(
    'argument/invalid',
    `Which is for training, ${first.file} or ${second.file}? Call them train-… and t10k-…`,
  )
}

function assembleCifar(staged: readonly StagedFile[]): Assembly {
  const test = staged.filter(({ file }) => splitOfFile(file) === 'test')
  const training = staged.filter(({ file }) => splitOfFile(file) !== 'test')
  training.sort((a, b) => a.file.localeCompare(b.file, 'en', { numeric: true }))
  if (training.length === 0 || test.length !== 1)
    throw new LabError(
      'argument/invalid',
      `${datasets.cifar10.title} needs training batches (data_batch_1.bin, ...) and one test_batch.bin; ` +
        `given: ${training.length} and ${test.length}`,
    )
  return {
    trainSize: training.reduce((sum, { count }) => sum + count, 0),
    testSize: test[0]!.count,
    files: [
      ...training.map((file, i) => ({ name: `data_batch_${i + 1}.bin`, staged: file })),
      { name: 'test_batch.bin', staged: test[0]! },
    ],
  }
}
