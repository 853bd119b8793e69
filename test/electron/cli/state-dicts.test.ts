/** Weights of other programs through `basin run --from`: a state_dict of PyTorch in half precision, taken or refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExperimentReport } from '../../../electron/cli/report'
import { decodeTensors } from '../../../electron/weights/safetensors'
import { BasinHome } from '../../support/basin-process'

let home: BasinHome
let scratch: string

beforeAll(() => {
  home = new BasinHome()
  scratch = mkdtempSync(join(tmpdir(), 'basin-state-dicts-'))
})

afterAll(() => {
  home.remove()
  rmSync(scratch, { recursive: true, force: true })
})

type Entry = [name: string, type: 'F16' | 'BF16' | 'I64', shape: number[], bits: number[]]

/** As safetensors writes it: the entries one after the other. */
function safetensors(entries: readonly Entry[]): Uint8Array {
  const header: Record<string, unknown> = {}
  const parts: Buffer[] = []
  let offset = 0
  for (const [name, dtype, shape, bits] of entries) {
    const part =
      dtype === 'I64'
        ? Buffer.from(BigInt64Array.from(bits, BigInt).buffer)
        : Buffer.from(Uint16Array.from(bits).buffer)
    parts.push(part)
    header[name] = { dtype, shape, data_offsets: [offset, (offset += part.length)] }
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, ...parts])
}

/** 1, -2, 0.5, 3 in both half precisions, and what comes of them. */
const bitsOf = { F16: [0x3c00, 0xc000, 0x3800, 0x4200], BF16: [0x3f80, 0xc000, 0x3f00, 0x4040] }
const values = [1, -2, 0.5, 3]

/** nn.Sequential(nn.Linear(1, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1)). */
function sequential(type: 'F16' | 'BF16', prefix = ''): Entry[] {
  const bits = bitsOf[type]
  const four = (name: string, ...shape: number[]): Entry => [`${prefix}${name}`, type, shape, bits]
  return [
    four('0.weight', 4, 1),
    four('0.bias', 4),
    four('1.weight', 4),
    four('1.bias', 4),
    four('1.running_mean', 4),
    [`${prefix}1.running_var`, type, [4], [bits[0]!, bits[2]!, bits[3]!, bits[0]!]],
    [`${prefix}1.num_batches_tracked`, 'I64', [], [1000]],
    four('3.weight', 1, 4),
    [`${prefix}3.bias`, type, [1], [bits[2]!]],
  ]
}

const words = (hidden: string) => [
  ...['run', 'simulate-function', '--seeds', '1'],
  ...[
    '--set',
    `models=[{"label":"theirs","hidden":"${hidden}"}]`,
    '--set',
    'training.epochs=1',
    '--set',
    'data.points=16',
  ],
]
const same = 'dense 4 linear, batch-norm relu'

function fileOf(name: string, entries: readonly Entry[]): string {
  const path = join(scratch, name)
  writeFileSync(path, safetensors(entries))
  return path
}

describe('a state_dict of PyTorch, by --from', () => {
  it.each([
    ['F16', ''],
    ['BF16', 'module.'],
  ] as const)('in %s with names that begin with “%s” is what training begins with', async (type, prefix) => {
    const file = fileOf(`${type}.safetensors`, sequential(type, prefix))
    const { runs } = await home.json<ExperimentReport>([...words(same), '--from', file])
    const folder = join(scratch, type)
    expect((await home.run(['export', runs[0]!.runId, '--data', folder])).code).toBe(0)
    const { tensors } = decodeTensors(readFileSync(join(folder, `${runs[0]!.runId}-data.safetensors`)))
    const first = (name: string) => [...tensors.get(`first.${name}`)!.values]
    for (const name of ['layer0.weight', 'layer0.bias', 'layer1.weight', 'layer1.running_mean', 'layer2.weight']) {
      expect([name, first(name)]).toEqual([name, values])
    }
    expect(first('layer1.running_var')).toEqual([1, 0.5, 3, 1])
    expect(first('layer2.bias')).toEqual([0.5])
  })

  it('of another network is refused with both lists, and nothing is trained', async () => {
    const before = await home.json<unknown[]>(['runs'])
    const file = fileOf('other.safetensors', sequential('F16'))
    const { code, stdout, stderr } = await home.run([...words('dense 5 linear, batch-norm relu'), '--from', file])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('other.safetensors')
    for (const name of ['0.weight [4, 1]', '1.running_var [4]', '3.bias [1]']) expect(stderr).toContain(name)
    for (const name of ['layer0.weight [5, 1]', 'layer1.running_var [5]', 'layer2.bias [1]'])
      expect(stderr).toContain(name)
    expect(stderr).not.toContain('num_batches_tracked')
    expect(await home.json<unknown[]>(['runs'])).toEqual(before)
  })
})
