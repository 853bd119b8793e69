/** What the bench measures: a case opens our side and names the same work for its peers. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../../electron/engines/engine'
import type { SimdLevel } from '../../electron/engines/native'

/** A program of test/bench/peers. */
export type PeerProgram = 'torch' | 'jax' | 'scipy'

/** Work for a peer: a kind of case that its program knows, with its settings, and how many steps a turn takes. */
export interface PeerTask {
  program: PeerProgram
  task: { kind: string; [setting: string]: unknown }
  steps: number
}

export interface BenchCase {
  name: string
  threads: number
  /** Ours; absent: the best of this machine. */
  simd?: SimdLevel
  /** What one time is of. */
  unit: string
  /** @throws where the engine cannot do this, or what the case needs is not here */
  open(engine: Engine, files: TaskFiles): Promise<OpenCase>
}

export interface OpenCase {
  /** Does so many steps, to be timed. */
  run(steps: number): Promise<void>
  /** Steps of one of our turns: some tenths of a second. */
  steps: number
  /** Units in a step, for both sides; default 1. */
  unitsPerStep?: number
  peers: PeerTask[]
  close(): void
}

/** Arrays for peers, as files of plain numbers. */
export class TaskFiles {
  readonly #folder: string
  #count = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  write(array: Float32Array | Float64Array | Uint8Array): string {
    const path = join(this.#folder, String(this.#count++))
    writeFileSync(path, new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    return path
  }
}

/** A case's name with what else tells it from others; --case looks in it. */
export function caseLabel({ name, threads, simd }: Pick<BenchCase, 'name' | 'threads' | 'simd'>): string {
  return `${name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}${simd ? `, ${simd}` : ''}`
}
