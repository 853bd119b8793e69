/** The panel of each kind with a task for what only that kind asks. */
import type { Component } from 'vue'
import CriticalPointPanel from './critical-point/CriticalPointPanel.vue'
import ErrorSurfacePanel from './error-surface/ErrorSurfacePanel.vue'
import GradientNormPanel from './gradient-norm/GradientNormPanel.vue'
import InterpolationPanel from './interpolation/InterpolationPanel.vue'
import type { TaskKindId } from './own-drafts'
import ParameterCountPanel from './parameter-count/ParameterCountPanel.vue'
import RandomLabelsPanel from './random-labels/RandomLabelsPanel.vue'
import SensitivityPanel from './sensitivity/SensitivityPanel.vue'
import SharpnessPanel from './sharpness/SharpnessPanel.vue'
import WeightTrajectoryPanel from './weight-trajectory/WeightTrajectoryPanel.vue'

export const ownPanels: Record<TaskKindId, Component> = {
  'weight-trajectory': WeightTrajectoryPanel,
  'gradient-norm': GradientNormPanel,
  'critical-point': CriticalPointPanel,
  'error-surface': ErrorSurfacePanel,
  'random-labels': RandomLabelsPanel,
  'parameter-count': ParameterCountPanel,
  interpolation: InterpolationPanel,
  sensitivity: SensitivityPanel,
  sharpness: SharpnessPanel,
}
