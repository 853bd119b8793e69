/**
 * `npm run test:native`: compiles the core (native/src) and its C++ tests (native/test) by the compiler alone and runs them.
 * `npm run test:sanitize`: the same with AddressSanitizer and UndefinedBehaviourSanitizer. Linux and macOS.
 * Other words choose cases: `npm run test:native -- linalg_test`. Ends with the line 'N passed, N failed'.
 */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { say } from './log.mjs'
import { compileAll, sourcesBelow } from './native-direct.mjs'
import { buildNative, findCompiler } from './native.mjs'

const nativeDir = join(resolve(dirname(fileURLToPath(import.meta.url)), '..'), 'native')

const plain = { folder: 'test', compile: ['-O3'], link: [] }
const sanitizers = '-fsanitize=address,undefined'
const sanitized = {
  folder: 'test-sanitize',
  compile: ['-O1', '-g', sanitizers, '-fno-sanitize-recover=all', '-fno-omit-frame-pointer'],
  link: [sanitizers],
}

/** Objects of the core as node-gyp left them beside the addon; undefined where it was built in another way. */
async function objectsOfAddon(sources) {
  await buildNative({ quiet: true })
  const folder = join(nativeDir, 'build', 'Release', 'obj.target')
  const targets = existsSync(folder) ? readdirSync(folder) : []
  const objects = sources.map((file) =>
    targets.map((target) => join(folder, target, file.replace(/cc$/, 'o'))).find((object) => existsSync(object)),
  )
  return objects.includes(undefined) ? undefined : objects
}

/** @returns the path of the test program */
async function buildTests({ folder, compile, link }) {
  const compiler = await findCompiler()
  if (!compiler) throw new Error('there is no C++ compiler')
  const core = sourcesBelow(nativeDir, ['src'], process.arch)
  const tests = sourcesBelow(nativeDir, ['test'], process.arch)
  // Sanitizers have to be in the core as well.
  const built = link.length > 0 ? undefined : await objectsOfAddon(core)
  const { objects, words } = await compileAll({
    nativeDir,
    sources: built ? tests : [...core, ...tests],
    folder: join(nativeDir, 'build', folder),
    compiler,
    // Beside an optimised core the tests themselves need not be.
    flags: ['-Wall', '-Wextra', ...(built ? ['-O1'] : compile)],
  })
  if (words !== '') console.error(words)
  const program = join(nativeDir, 'build', folder, 'native-test')
  await promisify(execFile)(compiler, ['-pthread', ...link, ...objects, ...(built ?? []), '-o', program])
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
