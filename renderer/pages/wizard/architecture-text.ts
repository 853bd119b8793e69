/** Dense networks as people write them: 784-128-10, 1-9x7-1. Reading keeps what went wrong in words for the field. */

export interface ArchitectureEnds {
  inputSize: number
  outputSize: number
}

export type ArchitectureResult = { widths: number[] } | { problem: string }

const mostLayers = 99

/** '1-5-10-5-1' */
export function architectureText(
  widths: readonly (number | string)[],
  { inputSize, outputSize }: ArchitectureEnds,
): string {
  return [inputSize, ...widths.map((width) => (width === '' ? '?' : width)), outputSize].join('-')
}

/**
 * The hidden widths of a chain that starts with the inputs and ends with the outputs. `9x7` stands for seven layers of nine units;
 * hyphens, dashes, arrows, commas and spaces separate.
 */
export function parseArchitecture(text: string, ends: ArchitectureEnds): ArchitectureResult {
  const words = text
    .trim()
    .replace(/(\d)\s*[x×*]\s*(?=\d)/gi, '$1x')
    .split(/\s*(?:->|[-–—→,>\s])\s*/)
    .filter((word) => word !== '')
  const chain: number[] = []
  for (const word of words) {
    const match = /^(\d+)(?:x(\d+))?$/.exec(word)
    if (!match) return { problem: `“${word}” is not a number of units` }
    const units = Number(match[1])
    const times = match[2] === undefined ? 1 : Number(match[2])
    if (units < 1 || times < 1) return { problem: 'a layer has at least one unit' }
    if (chain.length + times > mostLayers + 2) return { problem: `at most ${mostLayers} hidden layers are possible` }
    for (let i = 0; i < times; i++) chain.push(units)
  }
  if (chain.length < 2 || chain[0] !== ends.inputSize || chain.at(-1) !== ends.outputSize)
    return { problem: `must start with ${ends.inputSize} (inputs) and end with ${ends.outputSize} (outputs)` }
  return { widths: chain.slice(1, -1) }
}
