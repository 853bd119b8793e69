import { describe } from 'vitest'
import { spectrumConforms } from '../../engines/conformance/spectrum'
import { doubleSubjects } from './subjects'

describe.each(doubleSubjects)('%s', (_, subject) => spectrumConforms(subject))
