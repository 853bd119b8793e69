/** The version in package.json, read when the bundle is made. */
import manifest from '../../package.json'

export function version(): string {
  return manifest.version
}
