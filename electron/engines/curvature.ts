/**
 * Second-order questions about a session's network at its present parameters θ: derivatives of the mean loss L over a set, exact and
 * in float64. P parameters, N samples. Dropout is off and batch normalisation uses its running statistics. ReLU, leaky ReLU and max
 * pooling have no second derivative where they bend; these are the derivatives almost everywhere.
 *
 * All run on threads of their own, one at a time for a session; `stop` of the session rejects with LabError `engine/canceled`.
 * Samples and parameters must not be changed meanwhile.
 */
import type { RandomKey } from '../../shared/random'
import type { SampleSet } from './engine'

/** The Hessian ∇²L, or the generalized Gauss-Newton matrix Jᵀ ∇²ℓ J (Schraudolph 2002), J being the outputs' Jacobian. */
export type Operator = 'hessian' | 'gauss-newton'

/** Over which samples, of which matrix. */
export interface CurvatureQuestion {
  set: SampleSet
  /** Only the first so many samples of the set; absent: all. */
  samples?: number
  /** Default: hessian. */
  operator?: Operator
}

export interface Curvature {
  lossAndGradient(question: CurvatureQuestion): Promise<{ loss: number; gradient: Float64Array }>
  /**
   * Losses [n] at θ + Σ coordinates[i, k] · directions[k]: a line, a plane, or single steps away from θ. The operator means nothing here.
   * Where the loss is no finite number, neither is what is returned.
   */
  losses(question: CurvatureQuestion, places: Places): Promise<Float64Array>
  /** Operator times vector [P], exact (forward over reverse; Pearlmutter 1994). */
  product(question: CurvatureQuestion, vector: Float64Array): Promise<Float64Array>
  /** The full matrix [P, P], symmetric. @throws LabError `engine/out-of-memory` with the bytes it would need, before it starts. */
  matrix(question: CurvatureQuestion): Promise<Float64Array>
  /** Lanczos with full re-orthogonalisation (two Gram-Schmidt passes) from a seeded random start. */
  lanczos(question: CurvatureQuestion, options: { steps: number; key: RandomKey }): Promise<LanczosResult>
  /** Stochastic Lanczos quadrature (Ubaru, Chen, Saad 2017; Ghorbani et al. 2019) with Rademacher probes. */
  spectralDensity(
    question: CurvatureQuestion,
    options: { probes: number; steps: number; key: RandomKey },
  ): Promise<SpectralDensity>
  /** Largest eigenvalues in magnitude by power iteration with deflation. */
  topEigenpairs(
    question: CurvatureQuestion,
    options: { count: number; tolerance: number; maxIterations: number; key: RandomKey },
  ): Promise<Eigenpairs>
  /** Hutchinson's estimate with Rademacher probes (Hutchinson 1990). */
  trace(question: CurvatureQuestion, options: { probes: number; key: RandomKey }): Promise<TraceEstimate>
  /**
   * For each sample the Frobenius norm of the gradient of its loss (`loss`: [I]) or of its outputs (`output`: the Jacobian [O, I]) with
   * respect to its input, never of a batch mean.
   */
  inputGradientNorms(
    question: Pick<CurvatureQuestion, 'set' | 'samples'>,
    of: 'loss' | 'output',
  ): Promise<{ mean: number; norms: Float64Array }>
}

/** Parameters of a session with something added. */
export interface Places {
  /** [K, P] */
  directions: Float64Array
  /** [n, K] */
  coordinates: Float64Array
}

export interface LanczosResult {
  /** Eigenvalues of the tridiagonal matrix, ascending, and for each the norm of its residual. */
  values: Float64Array
  residuals: Float64Array
  /** Steps taken; fewer than asked for where the start spans an invariant subspace. */
  steps: number
}

/** Nodes and weights of quadrature: the density is Σ weights δ(λ - nodes), the weights sum to 1. */
export interface SpectralDensity {
  nodes: Float64Array
  weights: Float64Array
}

export interface Eigenpairs {
  /** [count], by falling magnitude */
  values: Float64Array
  /** [count, P], unit length */
  vectors: Float64Array
  /** ‖A v - λ v‖ of each */
  residuals: Float64Array
  iterations: Uint32Array
}

export interface TraceEstimate {
  mean: number
  /** Standard error of the mean over the probes; NaN for one probe. */
  standardError: number
  samples: Float64Array
}
