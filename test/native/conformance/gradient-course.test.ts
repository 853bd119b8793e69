import { describe } from 'vitest'
import { gradientCourseConforms } from '../../engines/conformance/gradient-course'
import { subjects } from './subjects'

describe.each(subjects)('%s', (_, subject) => gradientCourseConforms(subject))
