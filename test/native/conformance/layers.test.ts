import { describe } from 'vitest'
import { layersConform } from '../../engines/conformance/layers'
import { subjects } from './subjects'

describe.each(subjects)('%s', (_, subject) => layersConform(subject))
