import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../support/requirements'

interface DirectBuild {
  directSources(nativeDir: string, arch: string): string[]
  flagsOf(file: string): string[]
}

it('compiling without node-gyp takes the sources and instruction sets of binding.gyp', async () => {
  const build = (await import(join(root, 'build/native-direct.mjs'))) as DirectBuild
  const gyp = readFileSync(join(root, 'native/binding.gyp'), 'utf8')
  const sources = [...gyp.matchAll(/'((?:binding|src)\/[\w/]+\.cc)'/g)].map((match) => match[1]!)
  expect(build.directSources(join(root, 'native'), 'x64')).toEqual(sources.sort())
  expect(build.directSources(join(root, 'native'), 'arm64')).toEqual(sources.filter((file) => !/avx/.test(file)))
  const gypSets = [...gyp.matchAll(/'cflags_cc': \[([^\]]*-mavx[^\]]*)\]/g)].map((match) => match[1]!.match(/-[\w-]+/g))
  expect([build.flagsOf('src/kernels/level_avx2.cc'), build.flagsOf('src/kernels/level_avx512.cc')]).toEqual(gypSets)
})
