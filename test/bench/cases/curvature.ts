/** The exact Hessian of the network of 571 parameters, and eigenvalues of matrices of that size. */
import type { Engine } from '../../../electron/engines/engine'
import { RandomStream, randomKey } from '../../../shared/random'
import { randomSamples } from '../../native/sessions'
import type { BenchCase, PeerTask } from '../bench-case'
import { smallBatch, smallModel, smallSizes } from './small-network'
import { openSession } from './training'

function openSmall(engine: Engine, threads: number) {
  const samples = randomSamples(smallModel, 'mean-squared-error', smallBatch)
  return openSession(engine, smallModel, 'mean-squared-error', threads, samples)
}

/** Ours in float64; JAX and PyTorch in both precisions, float32 being what they use unless told otherwise. */
function hessianCase(threads: number): BenchCase {
  const task = { kind: 'hessian', sizes: smallSizes, batch: smallBatch }
  return {
    name: 'hessian-571-float64',
    threads,
    unit: 'matrix',
    open: async (engine) => {
      const session = openSmall(engine, threads)
      return {
        run: async (steps) => {
          for (let i = 0; i < steps; i++) await session.curvature.matrix({ set: 'training' })
        },
        steps: 30,
        peers: (['jax', 'torch'] as const).flatMap((program): PeerTask[] => [
          { program, task: { ...task, precision: 'float32' }, steps: 4 },
          { program, task: { ...task, precision: 'float64' }, steps: 3 },
        ]),
        close: () => session.dispose(),
      }
    },
  }
}

/** Symmetric [571, 571] of normal numbers. */
function randomMatrix(): Float64Array {
  const size = 571
  const random = new RandomStream(randomKey(1, 'inputs'))
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = random.normal()
  }
  return matrix
}

async function hessianMatrix(engine: Engine): Promise<Float64Array> {
  const session = openSmall(engine, 1)
  try {
    return await session.curvature.matrix({ set: 'training' })
  } finally {
    session.dispose()
  }
}

function eigenvaluesCase(of: 'random' | 'hessian', threads: number): BenchCase {
  return {
    name: `eigenvalues-571-${of}`,
    threads,
    unit: 'matrix',
    open: async (engine, files) => {
      const matrix = of === 'random' ? randomMatrix() : await hessianMatrix(engine)
      const task = { kind: 'eigenvalues', matrix: files.write(matrix), size: Math.sqrt(matrix.length) }
      return {
        run: async (steps) => {
          for (let i = 0; i < steps; i++) await engine.symmetricEigen(matrix, { threads })
        },
        steps: 10,
        peers: [
          { program: 'scipy', task, steps: 10 },
          { program: 'torch', task, steps: 10 },
        ],
        close: () => {},
      }
    },
  }
}

export const curvatureCases = [1, 2].flatMap((threads) => [
  hessianCase(threads),
  eigenvaluesCase('random', threads),
  eigenvaluesCase('hessian', threads),
])
