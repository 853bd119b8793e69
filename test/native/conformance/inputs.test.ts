import { describe } from 'vitest'
import { inputGradientsConform } from '../../engines/conformance/inputs'
import { doubleSubjects } from './subjects'

describe.each(doubleSubjects)('%s', (_, subject) => inputGradientsConform(subject))
