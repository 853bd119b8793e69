/** Which files are for training and which for test, told from what people call them. */

export type Split = 'training' | 'test'

/** By the words of a name: test_batch.bin, t10k-images, trainImages; not latest_batch.bin. Undefined where it says neither, or both. */
function splitOfName(name: string): Split | undefined {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  const isTraining = words.some((word) => word.startsWith('train'))
  const isTest = words.some((word) => word.startsWith('test') || word.startsWith('t10k'))
  if (isTraining === isTest) return undefined
  return isTraining ? 'training' : 'test'
}

const partsOf = (path: string) => path.split(/[/\\]/)

/** By the name of the file itself, whatever its folders are called. */
export function splitOfFile(path: string): Split | undefined {
  return splitOfName(partsOf(path).at(-1)!)
}

/**
 * Of two files of one kind, which is for training and which for test: by their names, or, where those say nothing, by the nearest
 * folders in which they differ. A name that says it of one says the opposite of the other.
 * @returns `same` where both are called the same; undefined where no name says anything
 */
export function splitsOfTwo(first: string, second: string): [Split, Split] | 'same' | undefined {
  const [a, b] = [partsOf(first), partsOf(second)]
  let shared = 0
  while (a[shared] === b[shared] && shared < Math.min(a.length, b.length) - 1) shared++
  const nearest = (parts: string[]) =>
    parts
      .slice(shared)
      .reverse()
      .map(splitOfName)
      .find((split) => split !== undefined)
  const [ofFirst, ofSecond] = [nearest(a), nearest(b)]
  if (ofFirst === undefined && ofSecond === undefined) return undefined
  if (ofFirst === ofSecond) return 'same'
  const isFirstTraining = ofFirst === 'training' || ofSecond === 'test'
  return isFirstTraining ? ['training', 'test'] : ['test', 'training']
}
