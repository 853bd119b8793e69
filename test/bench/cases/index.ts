/** All cases, in the order of the table. */
import type { BenchCase } from '../bench-case'
import { curvatureCases } from './curvature'
import { imageCases } from './images'
import { smallNetworkCases } from './small-network'

export const benchCases: readonly BenchCase[] = [...smallNetworkCases, ...curvatureCases, ...imageCases]
