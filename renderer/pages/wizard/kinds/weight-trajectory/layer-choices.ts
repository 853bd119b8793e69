/** The layers with weights that networks have, by the names of parameterLayout. Pure. */
import { parameterLayout, type Model } from '../../../../../shared/models/model'
import { layerTitles } from '../../../../text/model-words'

export interface LayerChoice {
  name: string
  /** 'Dense, 528 parameters'; of networks that differ, 'Dense, 528 or 1,056 parameters'; '' where none has it. */
  about: string
}

function abouts(models: readonly Model[]): Map<string, { types: Set<string>; counts: Set<number> }> {
  const layers = new Map<string, { types: Set<string>; counts: Set<number> }>()
  for (const model of models) {
    for (const { name, type, weightOffset, biasOffset, outputs } of parameterLayout(model)) {
      const layer = layers.get(name) ?? { types: new Set(), counts: new Set() }
      layer.types.add(layerTitles[type])
      layer.counts.add(biasOffset - weightOffset + outputs)
      layers.set(name, layer)
    }
  }
  return layers
}

/** Those of all networks in their order, then those that were chosen but no network has. */
export function layerChoices(models: readonly Model[], chosen: readonly string[]): LayerChoice[] {
  const known = [...abouts(models)].map(([name, { types, counts }]) => {
    const sizes = [...counts].sort((a, b) => a - b).map((count) => count.toLocaleString('en'))
    const size = sizes.length > 2 ? `${sizes[0]} to ${sizes.at(-1)}` : sizes.join(' or ')
    return { name, about: `${[...types].join(' or ')}, ${size} parameters` }
  })
  const names = new Set(known.map(({ name }) => name))
  return [...known, ...chosen.filter((name) => !names.has(name)).map((name) => ({ name, about: '' }))]
}
