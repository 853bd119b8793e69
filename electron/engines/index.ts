/** The choice of an engine. One so far; each further one is a file beside native.ts and a case here. */
import type { Engine } from './engine'
import { loadNativeEngine, type NativeOptions } from './native'

/**
 * The best engine of this machine.
 * @throws LabError `engine/unavailable` when none can be loaded, with what to do about it.
 */
export function loadEngine(options: NativeOptions = {}): Engine {
  return loadNativeEngine(options)
}
