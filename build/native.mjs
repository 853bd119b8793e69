// Builds the compute core (native/) with node-gyp when its sources have changed. Runs under any Node from 20 on, with
// nothing but node_modules; native/build/Release/basin.node is what it leaves.
import { execFile, spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { say } from './log.mjs'
import { buildDirectly } from './native-direct.mjs'
import { hashOf, isFresh, writeStamp } from './stamp.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const nativeDir = join(root, 'native')
const addon = join(nativeDir, 'build', 'Release', 'basin.node')
const stampFile = join(nativeDir, 'build', 'stamp')

/** All that decides what the addon will be: sources, settings, and the machine. */
function stampNow() {
  const settings = ['CC', 'CXX', 'CFLAGS', 'CXXFLAGS', 'LDFLAGS'].map((name) => `${name}=${process.env[name] ?? ''}`)
  const sources = ['native/binding.gyp', 'native/src', 'native/binding']
  return hashOf(root, sources, [...settings, `${process.platform} ${process.arch}`])
}

/**
 * A folder with Node's headers, or undefined (node-gyp then downloads them). The addon uses Node-API 8 alone, so the headers of
 * any Node will do; a Node from an npm package has none, the system's or a version manager's has them beside it.
 */
function findHeaders() {
  const onPath = (process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':')
  const prefixes = [
    dirname(dirname(process.execPath)),
    ...onPath.map((folder) => dirname(folder)),
    '/usr',
    '/usr/local',
  ]
  return prefixes.find((prefix) =>
    ['node_api.h', 'common.gypi'].every((file) => existsSync(join(prefix, 'include', 'node', file))),
  )
}

const howToInstall = {
  linux: 'install one (Debian, Ubuntu: sudo apt install g++; Fedora: sudo dnf install gcc-c++)',
  darwin: "install Apple's command line tools: xcode-select --install",
  win32:
    'install "Desktop development with C++" of Visual Studio 2022 Build Tools and Python 3 (winget install Microsoft.VisualStudio.2022.BuildTools Python.Python.3.12)',
}

function answers(command) {
  return new Promise((done) => execFile(command, ['--version'], (error) => done(!error)))
}

/** The first C++ compiler that answers, or undefined. */
export async function findCompiler() {
  const candidates = process.env.CXX ? [process.env.CXX.split(' ')[0]] : ['c++', 'g++', 'clang++']
  const found = await Promise.all(candidates.map(answers))
  return candidates.find((_, index) => found[index])
}

/** Whether what node-gyp needs besides the compiler is here; on Windows it looks itself, and says it well. */
async function hasGypTools() {
  if (process.platform === 'win32') return true
  return (await answers('make')) && (await answers(process.env.PYTHON ?? 'python3'))
}

function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: nativeDir, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data
      })
    }
    child.on('error', (error) => done({ code: 1, output: `${output}${error.message}\n` }))
    child.on('close', (code) => done({ code: code ?? 1, output }))
  })
}

async function buildWithGyp() {
  const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js')
  const headers = findHeaders()
  const headerArgs = headers ? ['--nodedir', headers] : []
  const args = [nodeGyp, 'configure', 'build', '--release', '--jobs', 'max', '--loglevel', 'warn', ...headerArgs]
  const { code, output } = await run(process.execPath, args)
  if (code === 0 && existsSync(addon)) return
  const advice = headers
    ? ''
    : "\nNode's C headers were not found and could not be downloaded; a Node from nodejs.org or your system brings them."
  throw new Error(
    `The compute core did not build (${relative(root, nativeDir)}):\n${output.slice(-6000)}${advice}${process.platform === 'win32' ? `\nIt needs: ${howToInstall.win32}` : ''}`,
  )
}

/**
 * Builds the addon unless it is up to date.
 * @param {{ quiet?: boolean }} [options] quiet: say nothing unless it fails
 * @returns {Promise<{ built: boolean, addon: string }>}
 * @throws Error with what to install when the tools are missing, or with the compiler's words
 */
export async function buildNative({ quiet = false } = {}) {
  const stamp = stampNow()
  if (existsSync(addon) && isFresh(stampFile, stamp)) return { built: false, addon }
  const compiler = await findCompiler()
  if (process.platform !== 'win32' && !compiler)
    throw new Error(
      `The compute core cannot be built without a C++ compiler: ${howToInstall[process.platform] ?? howToInstall.linux}`,
    )
  if (!quiet) say('compiling the compute core (native/), about half a minute')
  rmSync(stampFile, { force: true })
  if (await hasGypTools()) await buildWithGyp()
  else await buildDirectly({ nativeDir, addon, compiler })
  writeStamp(stampFile, stamp)
  return { built: true, addon }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  buildNative().then(
    ({ built, addon }) => say(`compute core ${built ? 'built' : 'up to date'}: ${relative(root, addon)}`),
    (error) => {
      say(error.message)
      process.exitCode = 1
    },
  )
}
