import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { expect, it } from 'vitest'
import { chartParts } from '../../../shared/figures/chart-parts'
import { shapeSeries, textShape, type Shape } from '../../../shared/figures/shapes'

use([...chartParts, SVGRenderer])

it('shapes that are gone from the next drawing are gone from the chart', () => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 200, height: 100 })
  const draw = (shapes: Shape[]) => {
    chart.setOption({ series: [shapeSeries('names', shapes, { layer: 1 })] }, { replaceMerge: ['series'] })
    return chart.renderToSVGString()
  }
  const name = textShape('a name', [10, 10], { color: '#000', size: 11, baseline: 'bottom' })
  expect(draw([name])).toContain('a name')
  expect(draw([])).not.toContain('a name')
  expect(draw([name])).toContain('a name')
  chart.dispose()
})
