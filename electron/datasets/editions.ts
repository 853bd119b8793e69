/** CIFAR-10 is published three times over. Basin reads the binary version; of the others it says what they are and where that one is. */
import { LabError } from '../../shared/api/errors'
import { datasets } from '../../shared/data/datasets'

export type OtherEdition = 'Python' | 'MATLAB'

/** By the folder of the published archive, or by how a file begins (a pickle of protocol 2 to 5, a MAT-file). */
export function otherEdition(memberName: string, head: Uint8Array): OtherEdition | undefined {
  if (memberName.startsWith('cifar-10-batches-py/')) return 'Python'
  if (memberName.startsWith('cifar-10-batches-mat/')) return 'MATLAB'
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5) return 'Python'
  return Buffer.from(head.subarray(0, 10)).toString('latin1') === 'MATLAB 5.0' ? 'MATLAB' : undefined
}

export function isOfOtherEdition(path: string, edition: OtherEdition): LabError {
  const { title } = datasets.cifar10
  return new LabError(
    'argument/invalid',
    `${path} is the ${edition} version of ${title}. Basin reads the binary version, cifar-10-binary.tar.gz: get it with ` +
      '`basin data fetch cifar10`, on the Data page, or from https://www.cs.toronto.edu/~kriz/cifar.html.',
  )
}
