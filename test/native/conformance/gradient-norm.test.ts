import { describe } from 'vitest'
import { gradientNormConforms } from '../../engines/conformance/gradient-norm'
import { doubleSubjects } from './subjects'

describe.each(doubleSubjects)('%s', (_, subject) => gradientNormConforms(subject))
