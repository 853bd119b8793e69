import { describe } from 'vitest'
import { optimizersConform } from '../../engines/conformance/optimizers'
import { subjects } from './subjects'

describe.each(subjects)('%s', (_, subject) => optimizersConform(subject))
