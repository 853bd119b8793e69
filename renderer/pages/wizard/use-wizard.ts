/** The state of the wizard for one kind: draft, what is wrong with it, what it would cost, starting it. */
import { computed, inject, provide, reactive, ref, shallowRef, watch, type InjectionKey } from 'vue'
import { isDataProblem, isLabError, type Issue } from '../../../shared/api/errors'
import type { ExperimentId, RunId } from '../../../shared/api/ids'
import type { Estimate } from '../../../shared/api/lab-api'
import type { NetworkEnds } from '../../../shared/experiments/model-groups'
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { experimentKinds } from '../../../shared/experiments/registry'
import { taskEnds } from '../../../shared/experiments/task'
import { lab } from '../../lab/lab-client'
import { useToasts } from '../../stores/toasts'
import { checkDraft, issuesByPath, refusalIssues } from './check-draft'
import { isFunctionDraft, isTaskDraft, readDraft, type Draft, type TaskChoice } from './draft'
import { forgetDraft, loadDraft, saveDraft, type StoredDraft } from './draft-storage'
import { summarizePlan, type PlanSummary } from './plan-summary'
import { switchTask } from './task-choice'
import { useEstimate } from './use-estimate'

export type Wizard = ReturnType<typeof createWizard>

const wizardKey: InjectionKey<Wizard> = Symbol('wizard')

/** The wizard of the page that a component is on. */
export function useWizard(): Wizard {
  const wizard = inject(wizardKey)
  if (!wizard) throw new Error('useWizard needs a WizardPage around it')
  return wizard
}

export function provideWizard(kindId: ExperimentKindId): Wizard {
  const wizard = createWizard(kindId)
  provide(wizardKey, wizard)
  return wizard
}

/** The default preset always has the shape of a draft. */
function defaultDraft(kindId: ExperimentKindId): StoredDraft {
  const draft = readDraft(kindId, experimentKinds[kindId].presets[0].spec)
  if (!draft) throw new Error(`the default preset of ${kindId} is not a draft`)
  return { draft, quick: false, name: '' }
}

function endsOf(draft: Draft): NetworkEnds {
  if (isFunctionDraft(draft)) return taskEnds({ type: 'function' })
  if (isTaskDraft(draft)) return taskEnds(draft.task)
  return taskEnds({ type: 'dataset', name: draft.dataset.name })
}

/** Checks that take longer than this wait for a pause in typing. */
const instantMs = 25
const pauseMs = 300

function createWizard(kindId: ExperimentKindId) {
  const kind = experimentKinds[kindId]
  const toasts = useToasts()
  const state = reactive<StoredDraft>(loadDraft(localStorage, kindId) ?? defaultDraft(kindId))
  const starting = ref(false)
  /** What the lab found when it was asked to start; gone with the next change. */
  const refused = shallowRef<readonly Issue[]>([])
  /** Runs that are asked were trained on other data than those that are here, as the lab said, and whether to use these all the same. */
  const otherData = ref<{ why: string; isChosen: boolean } | null>(null)
  /** Text that could not become part of the draft, by model: an architecture that is none. */
  const unread = reactive(new Map<number, Issue>())
  const checked = shallowRef(checkDraft(kind, state.draft, state.quick))

  /** As far as can be said without the lab. */
  const sound = computed(() => checked.value.plan !== null && unread.size === 0)
  const estimate = useEstimate(() =>
    sound.value ? { kind: kindId, spec: checked.value.spec, quick: state.quick } : null,
  )
  const issues = computed(() => {
    const found = [...checked.value.issues, ...unread.values(), ...estimate.issues.value]
    // The lab says the same when it is asked to start.
    return found.length > 0 ? found : [...refused.value]
  })
  const ready = computed(() => sound.value && estimate.issues.value.length === 0)
  const issueMap = computed(() => issuesByPath(issues.value))
  /** Of the last draft that was right: what is wrong now is said beside it. */
  const summary = shallowRef<PlanSummary | null>(null)
  watch(
    checked,
    ({ plan }) => {
      if (plan) summary.value = summarizePlan(plan, isFunctionDraft(state.draft) ? 'function' : 'data set')
    },
    { immediate: true },
  )

  let checking: ReturnType<typeof setTimeout> | undefined
  let checkMs = 0

  function check() {
    clearTimeout(checking)
    const startedAt = performance.now()
    checked.value = checkDraft(kind, state.draft, state.quick)
    checkMs = performance.now() - startedAt
  }

  watch(
    () => [state.draft, state.quick],
    () => {
      refused.value = []
      // A million points or thousands of runs take a moment to check: not at each key.
      if (checkMs < instantMs) return check()
      clearTimeout(checking)
      checking = setTimeout(check, pauseMs)
    },
    { deep: true },
  )

  watch(
    () => otherData.value?.isChosen,
    (isChosen) => {
      if (isChosen) refused.value = []
    },
  )

  /** @param key of the model (modelKey); @param issue null when its text can be read. */
  function setUnread(key: number, issue: Issue | null) {
    if (issue) unread.set(key, issue)
    else unread.delete(key)
  }

  let saving: ReturnType<typeof setTimeout> | undefined
  watch(
    state,
    () => {
      clearTimeout(saving)
      saving = setTimeout(() => saveDraft(localStorage, kindId, state), 250)
    },
    { deep: true },
  )

  /** @returns whether the spec has the shape that this version edits. */
  function load(spec: unknown, name = ''): boolean {
    const draft = readDraft(kindId, spec)
    if (!draft) return false
    state.draft = draft
    state.name = name
    otherData.value = null
    return true
  }

  /** @returns the new experiment; undefined when it was refused, and the fields say why. */
  async function start(): Promise<ExperimentId | undefined> {
    check()
    if (starting.value || !ready.value) return undefined
    starting.value = true
    try {
      const name = state.name.trim()
      const { experimentId } = await lab.startExperiment({
        kind: kindId,
        spec: checked.value.spec,
        quick: state.quick,
        ...(name !== '' && { name }),
        ...(asksRuns.value && otherData.value?.isChosen && { otherData: true }),
      })
      clearTimeout(saving)
      forgetDraft(localStorage, kindId)
      return experimentId
    } catch (error) {
      // The form shows what is about its fields; the rest is a message.
      const refusal = refusalIssues(error)
      if (isDataProblem(error)) {
        refused.value = [{ path: dataPath(), message: error.message }]
        if (isLabError(error, 'dataset/changed') && asksRuns.value)
          otherData.value = { why: error.message, isChosen: false }
      } else if (refusal) refused.value = refusal
      else await toasts.attempt(() => Promise.reject(error as Error), 'Could not start')
      return undefined
    } finally {
      starting.value = false
    }
  }

  /** The default settings asked of these runs. @returns whether that is possible */
  function askRuns(runs: readonly RunId[]): boolean {
    return load({ ...(kind.presets[0].spec as object), runs })
  }

  function trainAnew() {
    if (isTaskDraft(state.draft)) delete state.draft.runs
    otherData.value = null
  }

  /** Whether older runs are asked; else new ones are trained. */
  const asksRuns = computed(() => isTaskDraft(state.draft) && state.draft.runs !== undefined)

  /** Where it is said that data are not here. */
  const dataPath = () => (asksRuns.value ? ['runs'] : [isTaskDraft(state.draft) ? 'task' : 'dataset', 'name'])

  /** Makes the task a function or a data set, as it was when it was one before. */
  function chooseTask(type: TaskChoice['type']) {
    const { draft, otherTask } = state
    if (!isTaskDraft(draft)) return
    const next = switchTask({ task: draft.task, ...(otherTask && { otherTask }) }, type, kind.presets)
    draft.task = next.task
    if (next.otherTask) state.otherTask = next.otherTask
  }

  /** What the first layer sees and the last one gives. */
  const ends = computed<NetworkEnds>(() => endsOf(state.draft))

  return {
    kindId,
    kind,
    state,
    checked,
    issues,
    issueMap,
    summary,
    estimate,
    starting,
    ready,
    ends,
    asksRuns,
    otherData,
    askRuns,
    trainAnew,
    chooseTask,
    setUnread,
    load,
    start,
  }
}

/** The draft of a wizard, for panels of one kind. */
export function draftOf<Kind extends Draft>(wizard: Wizard): Kind {
  return wizard.state.draft as Kind
}

export type { Estimate }
