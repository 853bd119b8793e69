/** What the gallery says of each kind of experiment. Kept apart from the registry, which brings the parser along. */
import { experimentKindIds, type ExperimentChapter, type ExperimentKindId } from '../../shared/experiments/kind'

export interface GalleryCard {
  kind: ExperimentKindId
  title: string
  chapter: ExperimentChapter
  summary: string
  /** For menus. */
  short: string
}

const cards: Record<ExperimentKindId, Omit<GalleryCard, 'kind'>> = {
  'simulate-function': {
    title: 'Simulate a function',
    chapter: 'Deep against shallow',
    summary: 'Networks of equal size and different depth learn a function of x. Watch them bend into shape.',
    short: 'Deep and shallow networks on a function of x',
  },
  'train-on-task': {
    title: 'Train on an actual task',
    chapter: 'Deep against shallow',
    summary:
      'Dense and convolutional networks learn to tell digits or photographs apart. Loss and accuracy on images never seen.',
    short: 'Digits or photographs, dense or convolutional',
  },
  'weight-trajectory': {
    title: 'Weight trajectories',
    chapter: 'Optimization',
    summary:
      'One network, several starts: where do the weights go? Their paths on the two axes along which they vary most.',
    short: 'Principal components of the weights while training',
  },
  'gradient-norm': {
    title: 'Gradient norm',
    chapter: 'Optimization',
    summary:
      'The loss of every iteration above, the norm of its gradient below: of a batch, of all data, of single layers.',
    short: 'Loss and gradient norm, iteration by iteration',
  },
  'critical-point': {
    title: 'Critical points',
    chapter: 'Optimization',
    summary:
      'A hundred trainings are led to where the gradient vanishes. The eigenvalues of the Hessian tell minima from saddles.',
    short: 'Minima or saddles, told by the Hessian',
  },
  'error-surface': {
    title: 'Error surface',
    chapter: 'Optimization',
    summary: 'The loss on a line or a plane through weight space, with the trajectory of the training on top.',
    short: 'The loss around a network, and the way down',
  },
  'random-labels': {
    title: 'Random labels',
    chapter: 'Generalization',
    summary:
      'Half of the training labels are shuffled, or all of them. Networks learn them by heart, and the test set tells.',
    short: 'Training labels permuted or drawn anew',
  },
  'parameter-count': {
    title: 'Parameter count',
    chapter: 'Generalization',
    summary:
      'The same task for networks of a few thousand to millions of parameters. Where do more of them stop to help?',
    short: 'Training and test against the size of the network',
  },
  interpolation: {
    title: 'Interpolation',
    chapter: 'Generalization',
    summary:
      'Two trainings that differ in batch size or learning rate: loss and accuracy on the line through their weights.',
    short: 'The loss between two trainings',
  },
  sensitivity: {
    title: 'Sensitivity',
    chapter: 'Generalization',
    summary:
      'One network, many batch sizes or learning rates: how much does the loss change with the input, and does that foretell the test set?',
    short: 'Gradients with respect to the input',
  },
  sharpness: {
    title: 'Sharpness',
    chapter: 'Generalization',
    summary:
      'How sharp is the minimum that a training ends in? Ten indicators against batch size or learning rate, ranked by what they foretell.',
    short: 'Sharpness and norms against the generalization gap',
  },
}

export const galleryCards: readonly GalleryCard[] = experimentKindIds.map((kind) => ({ kind, ...cards[kind] }))
