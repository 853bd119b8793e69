/** A disk that fails at reads: SQLite calls that a malformed file, and a store must not. */
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Store } from '../../../electron/store/store'
import { failingReads, root } from '../../support/requirements'
import { temporaryFolder } from './open-store'

it('is not taken for damage: nothing stops, the file is whole, and it goes on', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder()
  const library = failingReads(folder)
  if (library === undefined) return
  const outfile = join(folder, 'child.cjs')
  const entry = join(__dirname, 'failing-reads-child.ts')
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', external: ['better-sqlite3'] })
  const home = join(folder, 'home')
  const faults = join(folder, 'faults')
  const env = {
    ...process.env,
    NODE_PATH: join(root, 'node_modules'),
    LD_PRELOAD: library,
    STORM_READ_FAULTS: faults,
  }
  const said = execFileSync(process.execPath, [outfile, home, faults, '24'], { env, encoding: 'utf8' })
  const { codes, stopped } = JSON.parse(said) as { codes: Record<string, number>; stopped: string[] }
  expect(stopped).toEqual([])
  // It did fail, and what failed was called what it is.
  expect(codes['store/unwritable']).toBeGreaterThan(0)
  expect(Object.keys(codes).filter((code) => !['store/unwritable', 'internal'].includes(code))).toEqual([])
  const report = await new Store().check({ home })
  expect(report.problems).toEqual([])
})
