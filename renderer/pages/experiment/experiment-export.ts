/** Files of a whole experiment: its figures, their numbers, its runs, its settings. */
import type { ExperimentDetail } from '../../../shared/api/records'
import type { Figure } from '../../../shared/figures/figure'
import { fileNameOf, saveText } from '../../components/charts/downloads'
import { exportFigure } from '../../components/charts/figure-export'
import { runsCsv } from '../runs/runs-csv'

export type ExperimentExport = 'figures-svg' | 'figures-csv' | 'runs-csv' | 'spec-json'

export interface ExportParts {
  detail: ExperimentDetail
  /** The figures as they are drawn. */
  shown: readonly Figure[]
  /** The same with every point in them. */
  exact: () => Promise<Figure[]>
}

export async function exportExperiment(what: ExperimentExport, { detail, shown, exact }: ExportParts): Promise<void> {
  const { experiment, runs } = detail
  switch (what) {
    case 'figures-svg':
      for (const figure of shown) await exportFigure(figure, 'svg')
      return
    case 'figures-csv':
      for (const figure of await exact()) await exportFigure(figure, 'csv')
      return
    case 'runs-csv': {
      const rows = runs.map((run) => ({ ...run, experimentName: experiment.name, kind: experiment.kind }))
      return saveText(fileNameOf(`${experiment.name}-runs`, 'csv'), runsCsv(rows), 'text/csv')
    }
    case 'spec-json': {
      const text = JSON.stringify(experiment.spec, null, 2)
      return saveText(fileNameOf(`${experiment.name}-spec`, 'json'), `${text}\n`, 'application/json')
    }
  }
}
