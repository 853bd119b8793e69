import { describe } from 'vitest'
import { secondOrderConforms } from '../../engines/conformance/second-order'
import { subjects } from './subjects'

describe.each(subjects)('%s', (_, subject) => secondOrderConforms(subject))
