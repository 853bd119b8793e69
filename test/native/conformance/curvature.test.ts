import { describe } from 'vitest'
import { curvatureConforms } from '../../engines/conformance/curvature'
import { doubleSubjects } from './subjects'

describe.each(doubleSubjects)('%s', (_, subject) => curvatureConforms(subject))
