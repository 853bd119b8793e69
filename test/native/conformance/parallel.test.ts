import { describe } from 'vitest'
import { parallelConforms } from '../../engines/conformance/parallel'
import { subjects } from './subjects'

describe.each(subjects)('%s', (_, subject) => parallelConforms(subject))
