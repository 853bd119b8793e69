/** What `basin serve --open` gives to the browser, read by a program in the place of xdg-open. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BasinHome, lineOf } from '../../support/basin-process'

let home: BasinHome

beforeEach(() => void (home = new BasinHome()))
afterEach(() => home.remove())

/** A PATH on which xdg-open writes its arguments into a file. */
function fakeBrowser(): { path: string; said: string } {
  const folder = join(home.path, 'bin')
  const said = join(home.path, 'said')
  mkdirSync(folder)
  const program = join(folder, 'xdg-open')
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > "${said}.part" && mv "${said}.part" "${said}"\n`)
  chmodSync(program, 0o755)
  return { path: `${folder}:${process.env.PATH}`, said }
}

describe.skipIf(process.platform !== 'linux')('basin serve --open', () => {
  it('gives the browser a page that its user alone can read, which leads to the lab and is gone at the end', async () => {
    const { path, said } = fakeBrowser()
    const lab = home.start(['serve', '--open'], { DISPLAY: ':none', PATH: path })
    const [url] = await lineOf(lab, /http:\/\/127\.0\.0\.1:\d+\/\S+/)
    const token = new URL(url).searchParams.get('token')!
    expect(token.length).toBeGreaterThan(20)
    await vi.waitFor(() => expect(existsSync(said)).toBe(true), { timeout: 10_000 })
    const given = readFileSync(said, 'utf8')
    expect(given).not.toContain(token)
    const page = given.trim()
    expect(readFileSync(page, 'utf8')).toContain(`content="0; url=${url}"`)
    expect({ folder: statSync(dirname(page)).mode & 0o777, page: statSync(page).mode & 0o777 }).toEqual({
      folder: 0o700,
      page: 0o600,
    })
    const ended = new Promise((resolve) => lab.once('exit', resolve))
    lab.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(existsSync(dirname(page))).toBe(false)
  }, 60_000)
})
