/** ECharts with the parts that figures use, registered once. What is not here is not shipped. */
import { init, use, type ECharts } from 'echarts/core'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'
import { chartParts } from '../../../shared/figures/chart-parts'

use([...chartParts, CanvasRenderer, SVGRenderer])

export { init, type ECharts }
