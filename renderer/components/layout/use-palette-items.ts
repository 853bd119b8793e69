/** The items of the palette as the lab is now: pages, commands, experiments, presets and (once read) runs. */
import { computed, shallowRef, type ComputedRef } from 'vue'
import { useRouter } from 'vue-router'
import type { RunRow } from '../../../shared/api/records'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { readAllRuns } from '../../../shared/experiments/records-in-parts'
import { lab } from '../../lab/lab-client'
import { useExperimentsStore } from '../../stores/experiments'
import { useNow } from '../../stores/now'
import { experimentLine } from '../../text/about-experiment'
import { colorScheme, schemePreference } from '../../theme/color-scheme'
import type { PaletteItem } from './palette-items'

interface PresetEntry {
  kind: ExperimentKindId
  kindTitle: string
  name: string
  title: string
}

const presets = shallowRef<readonly PresetEntry[]>([])
const runs = shallowRef<readonly RunRow[]>([])

/** The registry brings the expression parser with it: read when first asked for, not at the start. */
async function readPresets() {
  const { experimentKinds } = await import('../../../shared/experiments/registry')
  presets.value = Object.values(experimentKinds).flatMap(({ kind, title, presets }) =>
    presets.map((preset) => ({ kind, kindTitle: title, name: preset.name, title: preset.title })),
  )
}

async function readRuns() {
  // Without a connection there is a banner; the palette then finds everything else.
  runs.value = await readAllRuns(lab).catch(() => [])
}

export function usePaletteItems(): { items: ComputedRef<PaletteItem[]>; read: () => void } {
  const router = useRouter()
  const store = useExperimentsStore()
  const now = useNow()
  const goTo =
    (name: string, params = {}, query = {}) =>
    () =>
      void router.push({ name, params, query })

  const pages = (): PaletteItem[] =>
    (
      [
        ['home', 'Home', 'all experiments'],
        ['runs', 'Runs', 'table of all runs'],
        ['data', 'Data', 'data sets, download, import'],
        ['settings', 'Settings', 'theme, about, shortcuts'],
      ] as const
    ).map(([name, title, hint]) => ({ key: `page ${name}`, group: 'Pages', title, hint, run: goTo(name) }))

  const commands = (): PaletteItem[] => {
    const other = colorScheme.value === 'dark' ? 'light' : 'dark'
    const command = (title: string, hint: string, run: () => void): PaletteItem => {
      return { key: `command ${title}`, group: 'Commands', title, hint, run }
    }
    return [
      command('New: Simulate a function', 'experiment', goTo('wizard', { kind: 'simulate-function' })),
      command('New: Train on an actual task', 'experiment', goTo('wizard', { kind: 'train-on-task' })),
      command(`Use the ${other} theme`, 'appearance, colors', () => (schemePreference.value = other)),
      command('Use the theme of the system', 'appearance, colors', () => (schemePreference.value = 'system')),
    ]
  }

  const experiments = (): PaletteItem[] =>
    store.experiments.map((experiment) => ({
      key: experiment.experimentId,
      group: 'Experiments',
      title: experiment.name,
      hint: experimentLine(experiment, store.progress.get(experiment.experimentId), now.value).text,
      run: goTo('experiment', { experimentId: experiment.experimentId }),
    }))

  const items = computed(() => [
    ...pages(),
    ...commands(),
    ...experiments(),
    ...presets.value.map(({ kind, kindTitle, name, title }): PaletteItem => {
      const hint = `${kindTitle}, ${name}`
      return {
        key: `preset ${kind} ${name}`,
        group: 'Presets',
        title,
        hint,
        run: goTo('wizard', { kind }, { preset: name }),
      }
    }),
    ...runs.value.map(({ runId, experimentId, experimentName, label }): PaletteItem => {
      const run = goTo('experiment', { experimentId }, { run: runId })
      return { key: runId, group: 'Runs', title: label, hint: experimentName, run }
    }),
  ])

  return {
    items,
    read() {
      void readPresets()
      void readRuns()
    },
  }
}
