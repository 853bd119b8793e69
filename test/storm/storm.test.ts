/** A short storm of one seed: real processes, a disk of its own, reads that fail. `npm run storm` is the long one. */
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { join } from 'node:path'
import { mountedFolder, root } from '../support/requirements'

it('leaves nothing lost, stuck or otherwise than an undisturbed lab records it', () => {
  const disk = mountedFolder('size=1m')
  if (disk === undefined) return
  disk.unmount()
  const words = [join(root, 'build/storm.mjs'), '--minutes', '0.5', '--seed', '13']
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 280_000 })
  expect(`${stdout}${stderr}`).toMatch(/problems: 0\n/)
  expect(status).toBe(0)
}, 300_000)
