/**
 * Compiles the core with the C++ compiler alone, for machines that lack what node-gyp needs besides it (make, Python). Linux and macOS;
 * flags and sources are those of native/binding.gyp (test/native/direct-build.test.ts compares them).
 */
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const call = promisify(execFile)
const require = createRequire(import.meta.url)

const avx2 = ['-mavx2', '-mfma']
const avx512 = [...avx2, '-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl']

const avx512File = [...avx512, '-Wno-uninitialized', '-Wno-maybe-uninitialized']

/** Instruction sets of single files; all others are compiled for every machine of the architecture. */
const setsOfFiles = {
  'level_avx2.cc': avx2,
  'level_avx2_f64.cc': avx2,
  'level_avx512.cc': avx512File,
  'level_avx512_f64.cc': avx512File,
}

const commonFlags = ['-std=c++17', '-O3', '-fno-math-errno', '-fvisibility=hidden', '-fPIC', '-w']
const defines = [
  'NAPI_VERSION=8',
  'NAPI_CPP_EXCEPTIONS',
  'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
  'NODE_GYP_MODULE_NAME=basin',
  'BUILDING_NODE_EXTENSION',
]

/** The sources for an architecture, relative to native/. */
export function directSources(nativeDir, arch) {
  const files = ['binding', 'src', 'src/kernels'].flatMap((folder) =>
    readdirSync(join(nativeDir, folder))
      .filter((name) => name.endsWith('.cc'))
      .map((name) => `${folder}/${name}`),
  )
  return files.filter((file) => arch === 'x64' || !(basename(file) in setsOfFiles)).sort()
}

export function flagsOf(file) {
  return setsOfFiles[basename(file)] ?? []
}

/** @throws Error with the compiler's words. */
export async function buildDirectly({ nativeDir, addon, compiler }) {
  const { arch, platform } = process
  const folder = join(nativeDir, 'build', 'direct')
  mkdirSync(folder, { recursive: true })
  mkdirSync(join(addon, '..'), { recursive: true })
  const includes = [require('node-api-headers').include_dir, require('node-addon-api').include_dir.replaceAll('"', '')]
  const shared = [
    ...commonFlags,
    ...[...defines, ...(arch === 'x64' ? ['BASIN_X86'] : [])].map((name) => `-D${name}`),
    ...includes.map((path) => `-I${path}`),
  ]
  const waiting = directSources(nativeDir, arch)
  const objects = waiting.map((file) => join(folder, `${basename(file)}.o`))
  const compileNext = async () => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      const object = join(folder, `${basename(file)}.o`)
      await call(compiler, [...shared, ...flagsOf(file), '-c', join(nativeDir, file), '-o', object])
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, compileNext))
  const link = platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-pthread']
  await call(compiler, [...link, ...objects, '-o', addon])
}
