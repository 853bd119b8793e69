/** The native core as the conformance suites take it: every instruction set of this machine in both precisions. */
import { loadEngine } from '../../../electron/engines'
import type { Subject } from '../../engines/conformance/subject'
import { levels } from '../sessions'

export const subjects: [name: string, subject: Subject][] = levels.flatMap((simd) =>
  (['float32', 'float64'] as const).map((precision): [string, Subject] => [
    `${simd} in ${precision}`,
    { engine: loadEngine({ simd }), precision },
  ]),
)

/** Where all is in float64 whatever a session trains in, one for each instruction set. */
export const doubleSubjects = subjects.filter(([, { precision }]) => precision === 'float64')
