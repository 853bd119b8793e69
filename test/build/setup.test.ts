/** The set-up on checkouts that are not as it wants them. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { root } from '../support/requirements'

let scratch: string
let checkout: string
let modules: string
let commands: string

/** A checkout without dependencies, and an npm that leaves a trace and fails. */
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'basin-setup-'))
  checkout = join(scratch, 'checkout')
  modules = join(scratch, 'modules')
  commands = join(scratch, 'commands')
  for (const folder of [checkout, modules, commands]) mkdirSync(folder)
  cpSync(join(root, 'build'), join(checkout, 'build'), { recursive: true })
  cpSync(join(root, 'package-lock.json'), join(checkout, 'package-lock.json'))
  writeFileSync(join(modules, 'a-package'), '')
  writeFileSync(join(commands, 'npm'), `#!/bin/sh\ntouch '${join(scratch, 'called')}'\nexit 1\n`, { mode: 0o755 })
})

afterEach(() => rmSync(scratch, { recursive: true, force: true }))

function start(): { status: number | null; stderr: string } {
  const env = { ...process.env, PATH: `${commands}:${process.env.PATH}` }
  return spawnSync(process.execPath, [join(checkout, 'build/start.mjs'), 'kinds'], { env, encoding: 'utf8' })
}

it.skipIf(process.platform === 'win32')('installs nothing into a linked node_modules, which npm would empty', () => {
  symlinkSync(modules, join(checkout, 'node_modules'))
  const { status, stderr } = start()
  expect(status).toBe(1)
  expect(stderr).toMatch(/^basin: node_modules is a symbolic link.*would empty/m)
  expect(existsSync(join(scratch, 'called'))).toBe(false)
  expect(readdirSync(modules)).toEqual(['a-package'])
})

it.skipIf(process.platform === 'win32')(
  'asks npm where node_modules is a folder or missing, and says when it fails',
  () => {
    const { status, stderr } = start()
    expect(status).toBe(1)
    expect(stderr).toContain('npm ci failed')
    expect(existsSync(join(scratch, 'called'))).toBe(true)
  },
)
