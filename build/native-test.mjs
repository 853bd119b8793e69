/**
 * `npm run test:native`: compiles the core (native/src) and its C++ tests (native/test) by the compiler alone and runs them.
 * `npm run test:sanitize`: the same with AddressSanitizer and UndefinedBehaviourSanitizer. Linux and macOS.
 * Other words choose cases: `npm run test:native -- linalg_test`. Ends with the line 'N passed, N failed'.
 */
import { execFile, spawnSync } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { say } from './log.mjs'
import { compileAll, sourcesBelow } from './native-direct.mjs'
import { findCompiler } from './native.mjs'

const nativeDir = join(resolve(dirname(fileURLToPath(import.meta.url)), '..'), 'native')

const plain = { folder: 'test', compile: ['-O3'], link: [] }
const sanitizers = '-fsanitize=address,undefined'
const sanitized = {
  folder: 'test-sanitize',
  compile: ['-O1', '-g', sanitizers, '-fno-sanitize-recover=all', '-fno-omit-frame-pointer'],
  link: [sanitizers],
}

/** @returns the path of the test program */
async function buildTests({ folder, compile, link }) {
  const compiler = await findCompiler()
  if (!compiler) throw new Error('there is no C++ compiler')
  const { objects, words } = await compileAll({
    nativeDir,
    sources: sourcesBelow(nativeDir, ['src', 'test'], process.arch),
    folder: join(nativeDir, 'build', folder),
    compiler,
    flags: ['-Wall', '-Wextra', ...compile],
  })
  if (words !== '') console.error(words)
  const program = join(nativeDir, 'build', folder, 'native-test')
  await promisify(execFile)(compiler, ['-pthread', ...link, ...objects, '-o', program])
  return program
}

const chosen = process.argv.slice(2)
const sanitize = chosen.includes('--sanitize')
say(`compiling the native tests${sanitize ? ' with sanitizers' : ''}`)
try {
  const program = await buildTests(sanitize ? sanitized : plain)
  const words = chosen.filter((word) => word !== '--sanitize')
  process.exitCode = spawnSync(program, words, { stdio: 'inherit' }).status ?? 1
} catch (error) {
  say(error.message)
  process.exitCode = 1
}
