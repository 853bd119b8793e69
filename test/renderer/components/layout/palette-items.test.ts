import { describe, expect, it } from 'vitest'
import { findItems, matchScore, type PaletteItem } from '../../../../renderer/components/layout/palette-items'

function item(group: PaletteItem['group'], title: string, hint = ''): PaletteItem {
  return { key: `${group} ${title}`, group, title, hint, run: () => undefined }
}

const items = [
  item('Pages', 'Runs', 'table of all runs'),
  item('Pages', 'Data', 'data sets'),
  item('Experiments', 'Sinc, three depths', 'yesterday'),
  item('Presets', 'Three depths on a ripple', 'report-4'),
]
const titles = (query: string) => findItems(items, query).map((found) => found.title)

describe('finding by a few letters', () => {
  it('offers everything, as given, for nothing typed', () => {
    expect(titles('')).toEqual(items.map(({ title }) => title))
  })

  it('needs every word somewhere, in any order and case', () => {
    expect(titles('DEPTHS three')).toEqual(['Three depths on a ripple', 'Sinc, three depths'])
    expect(titles('three parameters')).toEqual([])
  })

  it('searches what stands beside the title', () => {
    expect(titles('report-4')).toEqual(['Three depths on a ripple'])
  })

  it('prefers the start of the title to the start of a word to its middle', () => {
    const score = (title: string) => matchScore({ title, hint: '' }, 'da')!
    expect(score('Data')).toBeGreaterThan(score('My data'))
    expect(score('My data')).toBeGreaterThan(score('Mandate'))
  })

  it('shows at most six of a group', () => {
    const many = Array.from({ length: 20 }, (_, index) => item('Runs', `seed ${index}`))
    expect(findItems([...many, ...items], '')).toHaveLength(6 + items.length)
  })
})
