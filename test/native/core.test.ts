/** The tests of native/test, compiled and run; `npm run test:native` runs the same and shows each case. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { root } from '../support/requirements'

const minutes = 60_000

test.skipIf(process.platform === 'win32')(
  'the C++ tests of the core pass',
  async () => {
    const output = await promisify(execFile)(process.execPath, [join(root, 'build/native-test.mjs')]).then(
      ({ stdout }) => stdout,
      (error: Error & { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}\nfailed: ${error.message}`,
    )
    expect(output).toMatch(/\n[1-9]\d* passed, 0 failed\n$/)
  },
  10 * minutes,
)
