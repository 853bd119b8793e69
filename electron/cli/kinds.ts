/** `basin kinds`: the experiments and their presets. */
import { Command } from 'commander'
import { experimentKindIds } from '../../shared/experiments/kind'
import { experimentKinds } from '../../shared/experiments/registry'
import { LabError } from '../../shared/api/errors'
import { printPreset } from './preset'
import { textTable } from './text'

export function kindsCommand(): Command {
  return new Command('kinds')
    .description('list the experiments and their presets, or print the whole spec of one with an estimate')
    .argument('[kind]', 'whose spec to print, as JSON')
    .option('--preset <name>', 'of this preset (default: the first one)')
    .option('--quick', 'of the quick look that `basin run --quick` takes')
    .option('--json', 'as JSON')
    .action(
      async (
        only: string | undefined,
        { preset, quick = false, json }: { preset?: string; quick?: boolean; json?: boolean },
      ) => {
        if (only !== undefined) return printPreset(only, preset, quick)
        const needsKind = preset !== undefined ? '--preset' : quick ? '--quick' : undefined
        if (needsKind)
          throw new LabError('argument/invalid', `${needsKind}: say of which kind: basin kinds <kind> --preset <name>`)
        const kinds = experimentKindIds.map((id) => {
          const { kind, title, chapter, summary, presets } = experimentKinds[id]
          return {
            kind,
            title,
            chapter,
            summary,
            presets: presets.map(({ name, title, description }) => ({ name, title, description })),
          }
        })
        process.stdout.write(json ? `${JSON.stringify(kinds)}\n` : kinds.map(kindText).join('\n'))
      },
    )
}

interface KindInfo {
  kind: string
  title: string
  summary: string
  presets: { name: string; title: string }[]
}

function kindText({ kind, title, summary, presets }: KindInfo): string {
  const table = textTable(
    [
      { title: 'preset', text: (preset: KindInfo['presets'][number]) => preset.name },
      { title: '', text: (preset) => preset.title },
    ],
    presets,
  )
  const indented = table
    .split('\n')
    .slice(1)
    .map((line) => `    ${line}\n`)
    .join('')
  return `${kind}: ${title}. ${summary}\n${indented}`
}
