/**
 * The engine on our own C++ core (native/): finds and loads the addon, and turns its errors into LabErrors.
 * The addon copies everything both ways; what it computes is described at Engine.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { LabError, labErrorCodes, type LabErrorCode } from '../../shared/api/errors'
import { coreCount } from '../host/cores'
import type { Curvature } from './curvature'
import type {
  Engine,
  EngineSession,
  Evaluation,
  GradientNormOptions,
  GradientNormResult,
  Samples,
  SampleSet,
  SessionOptions,
  SymmetricEigen,
  SymmetricEigenOptions,
  TrainOptions,
  TrainProgress,
  TrainResult,
} from './engine'

/** Instruction sets, and `reference`: plain loops to compare the others with. */
export type SimdLevel = 'avx512' | 'avx2' | 'baseline' | 'reference'

export interface NativeOptions {
  /** Instead of the fastest one (or the one that BASIN_SIMD names). */
  simd?: SimdLevel
}

/** A session of the addon: that of the contract, but for samples as single arrays. */
export type AddonSession = Omit<EngineSession, 'setSamples' | 'shareSamples' | 'curvature'> & {
  readonly simd: string
  setSamples(set: SampleSet, inputs: Float32Array, values?: Float32Array, labels?: Uint8Array): void
  shareSamples(set: SampleSet, from: AddonSession): void
  /** Named method of Curvature with its arguments. */
  curvature(method: string, ...args: unknown[]): Promise<unknown>
}

/** What basin.node exports. Exported for the tests that drive the binding itself. */
export interface NativeAddon {
  Session: new (options: SessionOptions & { simd?: string }) => AddonSession
  /** The level used by default, and all of this machine, fastest first. */
  simd: SimdLevel
  simdLevels: SimdLevel[]
  philox(...keyAndCounter: number[]): Uint32Array
  permutation(key0: number, key1: number, stream: number, length: number): Uint32Array
  symmetricEigen(
    matrix: Float64Array,
    vectors: boolean,
    threads: number,
  ): { result: Promise<SymmetricEigen>; /** Has it rejected, soon. */ stop: () => void }
}

const builtAddon = path.join('native', 'build', 'Release', 'basin.node')

/** BASIN_ADDON, or native/build/Release/basin.node in the folder of this file or of the program, or any folder above them. */
export function findAddon(): string | undefined {
  const named = process.env.BASIN_ADDON
  if (named) return existsSync(named) ? path.resolve(named) : undefined
  const starts = [__dirname, path.dirname(process.argv[1] ?? ''), process.cwd()]
  for (const start of starts) {
    for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
      const candidate = path.join(folder, builtAddon)
      if (existsSync(candidate)) return candidate
      if (folder === path.dirname(folder)) break
    }
  }
  return undefined
}

/** @throws LabError `engine/unavailable` */
export function loadAddon(): NativeAddon {
  const file = findAddon()
  if (!file) {
    const where = process.env.BASIN_ADDON
      ? `BASIN_ADDON names ${process.env.BASIN_ADDON}, which is not there`
      : 'it has not been built'
    throw new LabError('engine/unavailable', `The compute core is missing: ${where}. Run "npm run build:native".`)
  }
  try {
    return createRequire(file)(file) as NativeAddon
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const advice = 'Run "npm run build:native" to build it for this machine.'
    throw new LabError('engine/unavailable', `The compute core (${file}) does not load: ${reason}. ${advice}`)
  }
}

/** @throws LabError `engine/unavailable` */
export function loadNativeEngine(options: NativeOptions = {}): Engine {
  const addon = loadAddon()
  const simd = options.simd ?? addon.simd
  if (!addon.simdLevels.includes(simd)) throw new LabError('engine/unavailable', `This machine has no ${simd}.`)
  return {
    info: { name: 'native', simd, threads: coreCount() },
    createSession: (session) => translated(() => new NativeSession(new addon.Session({ ...session, simd }))),
    symmetricEigen: (matrix, options) => settled(() => cancelableEigen(addon, matrix, options)),
  }
}

async function cancelableEigen(
  addon: NativeAddon,
  matrix: Float64Array,
  { vectors = false, threads = 1, signal }: SymmetricEigenOptions = {},
): Promise<SymmetricEigen> {
  if (signal?.aborted) throw new LabError('engine/canceled', 'The computation was stopped before it began.')
  const { result, stop } = addon.symmetricEigen(matrix, vectors, threads)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await result
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

class NativeSession implements EngineSession {
  readonly parameterCount: number
  readonly curvature: Curvature
  readonly #session: AddonSession

  constructor(session: AddonSession) {
    this.#session = session
    this.parameterCount = session.parameterCount
    this.curvature = nativeCurvature(session)
  }

  setSamples(set: SampleSet, { inputs, values, labels }: Samples): void {
    translated(() => this.#session.setSamples(set, inputs, values, labels))
  }

  shareSamples(set: SampleSet, from: EngineSession): void {
    if (!(from instanceof NativeSession)) {
      throw new LabError('argument/invalid', "Samples can be shared with another engine's session only by setSamples.")
    }
    translated(() => this.#session.shareSamples(set, from.#session))
  }

  setProbe(inputs: Float32Array): void {
    translated(() => this.#session.setProbe(inputs))
  }

  getParameters(): Float32Array {
    return translated(() => this.#session.getParameters())
  }

  getParameters64(): Float64Array {
    return translated(() => this.#session.getParameters64())
  }

  setParameters(parameters: Float32Array | Float64Array): void {
    translated(() => this.#session.setParameters(parameters))
  }

  getBuffers(): Float64Array {
    return translated(() => this.#session.getBuffers())
  }

  setBuffers(buffers: Float64Array): void {
    translated(() => this.#session.setBuffers(buffers))
  }

  getState(mostBytes: number): Uint8Array | undefined {
    return translated(() => this.#session.getState(mostBytes))
  }

  setState(state: Uint8Array): void {
    translated(() => this.#session.setState(state))
  }

  evaluate(set: SampleSet): Evaluation {
    return translated(() => this.#session.evaluate(set))
  }

  predict(inputs: Float32Array): Float32Array {
    return translated(() => this.#session.predict(inputs))
  }

  gradient(set: SampleSet): Float32Array {
    return translated(() => this.#session.gradient(set))
  }

  train(options: TrainOptions, onProgress: (progress: TrainProgress) => void): Promise<TrainResult> {
    return settled(() => this.#session.train(options, onProgress))
  }

  minimizeGradientNorm(
    options: GradientNormOptions,
    onProgress: (progress: TrainProgress) => void,
  ): Promise<GradientNormResult> {
    return settled(() => this.#session.minimizeGradientNorm(options, onProgress))
  }

  pause(): void {
    this.#session.pause()
  }

  resume(): void {
    this.#session.resume()
  }

  hold(): void {
    this.#session.hold()
  }

  stop(): void {
    this.#session.stop()
  }

  dispose(): void {
    this.#session.dispose()
  }
}

/** Each method goes to the addon under its own name. */
function nativeCurvature(session: AddonSession): Curvature {
  const ask = <Result>(method: keyof Curvature, ...args: unknown[]) =>
    settled(() => session.curvature(method, ...args) as Promise<Result>)
  return {
    lossAndGradient: (question) => ask('lossAndGradient', question),
    losses: (question, places) => ask('losses', question, places),
    product: (question, vector) => ask('product', question, vector),
    matrix: (question) => ask('matrix', question),
    lanczos: (question, options) => ask('lanczos', question, options),
    spectralDensity: (question, options) => ask('spectralDensity', question, options),
    topEigenpairs: (question, options) => ask('topEigenpairs', question, options),
    trace: (question, options) => ask('trace', question, options),
    inputGradientNorms: (question, of) => ask('inputGradientNorms', question, of),
  }
}

/** A promise of the addon, its errors translated, those that it throws at once among them. */
async function settled<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    throw asLabError(error)
  }
}

function translated<Result>(call: () => Result): Result {
  try {
    return call()
  } catch (error) {
    throw asLabError(error)
  }
}

/** The addon's errors carry a LabErrorCode; anything else (what onProgress threw) passes as it is. */
function asLabError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LabError || !('code' in error)) return error
  const code = labErrorCodes.find((known) => known === error.code)
  return code ? new LabError(code satisfies LabErrorCode, error.message) : error
}
