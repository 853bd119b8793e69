import { loadEngine } from '../../../electron/engines'
import { eigenvaluesConform } from '../../engines/conformance/matrices'

eigenvaluesConform(loadEngine())
