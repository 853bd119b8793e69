import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeWhole } from '../../../../electron/lab/export/write-whole'

it('writes a file whole, and leaves nothing of one that cannot be put in place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'basin-whole-'))
  try {
    await writeWhole(join(folder, 'a.txt'), 'all of it')
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('all of it')
    // A folder of that name stands in its way.
    mkdirSync(join(folder, 'b.txt', 'inside'), { recursive: true })
    await expect(writeWhole(join(folder, 'b.txt'), Uint8Array.of(1))).rejects.toThrow()
    expect(readdirSync(folder).sort()).toEqual(['a.txt', 'b.txt'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
