/**
 * Compiles the core with the C++ compiler alone, for machines that lack what node-gyp needs besides it (make, Python). Linux and macOS;
 * flags and sources are those of native/binding.gyp (test/native/direct-build.test.ts compares them).
 */
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join, sep } from 'node:path'
import { promisify } from 'node:util'

const call = promisify(execFile)
const require = createRequire(import.meta.url)

const avx2 = ['-mavx2', '-mfma']
const avx512 = [...avx2, '-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl']

/** Instruction sets of files by the end of their name; all others are compiled for every machine of the architecture. */
const setsOfFiles = [
  [/_avx2(_f64)?\.cc$/, avx2],
  [/_avx512(_f64)?\.cc$/, [...avx512, '-Wno-uninitialized', '-Wno-maybe-uninitialized']],
]

const commonFlags = [
  '-std=c++17',
  '-fno-math-errno',
  '-Werror=switch',
  '-Werror=return-type',
  '-fvisibility=hidden',
  '-fPIC',
]
const defines = [
  'NAPI_VERSION=8',
  'NAPI_CPP_EXCEPTIONS',
  'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
  'NODE_GYP_MODULE_NAME=basin',
  'BUILDING_NODE_EXTENSION',
]

/** All .cc files below folders of native/ that an architecture compiles, relative to native/. */
export function sourcesBelow(nativeDir, folders, arch) {
  const files = folders.flatMap((folder) =>
    readdirSync(join(nativeDir, folder), { recursive: true })
      .filter((name) => name.endsWith('.cc'))
      .map((name) => `${folder}/${name.replaceAll(sep, '/')}`),
  )
  return files.filter((file) => arch === 'x64' || flagsOf(file).length === 0).sort()
}

/** The addon's sources for an architecture, relative to native/. */
export function directSources(nativeDir, arch) {
  return sourcesBelow(nativeDir, ['binding', 'src'], arch)
}

export function flagsOf(file) {
  return setsOfFiles.find(([name]) => name.test(file))?.[1] ?? []
}

/** Whether an object is newer than all it was made of, as the compiler noted it beside the object. */
function isUpToDate(object, command) {
  try {
    const noted = readFileSync(`${object}.d`, 'utf8')
      .replaceAll('\\\n', ' ')
      .replace(/^.*?: /, '')
    const made = statSync(object).mtimeMs
    return (
      readFileSync(`${object}.command`, 'utf8') === command &&
      noted.split(/\s+/).every((file) => file === '' || statSync(file).mtimeMs < made)
    )
  } catch {
    return false
  }
}

/**
 * Compiles sources (relative to native/) into a folder, those that have changed alone, as many at a time as there are cores.
 * @returns the object files and what the compiler said beside them
 * @throws Error with the compiler's words.
 */
export async function compileAll({ nativeDir, sources, folder, compiler, flags }) {
  mkdirSync(folder, { recursive: true })
  const objectOf = (file) => join(folder, `${file.replaceAll('/', '-')}.o`)
  const waiting = [...sources]
  const words = []
  const compileNext = async () => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      const object = objectOf(file)
      const x86 = process.arch === 'x64' ? ['-DBASIN_X86'] : []
      const options = [...commonFlags, ...x86, ...flags, ...flagsOf(file), '-c', join(nativeDir, file), '-o', object]
      const command = [compiler, ...options].join(' ')
      if (isUpToDate(object, command)) continue
      const { stderr } = await call(compiler, [...options, '-MMD', '-MF', `${object}.d`])
      writeFileSync(`${object}.command`, command)
      words.push(stderr)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, compileNext))
  return { objects: sources.map(objectOf), words: words.join('') }
}

/** @throws Error with the compiler's words. */
export async function buildDirectly({ nativeDir, addon, compiler }) {
  const { arch, platform } = process
  mkdirSync(join(addon, '..'), { recursive: true })
  const includes = [require('node-api-headers').include_dir, require('node-addon-api').include_dir.replaceAll('"', '')]
  const { objects } = await compileAll({
    nativeDir,
    sources: directSources(nativeDir, arch),
    folder: join(nativeDir, 'build', 'direct'),
    compiler,
    flags: ['-O3', '-w', ...defines.map((name) => `-D${name}`), ...includes.map((path) => `-I${path}`)],
  })
  const link = platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-pthread']
  await call(compiler, [...link, ...objects, '-o', addon])
}
