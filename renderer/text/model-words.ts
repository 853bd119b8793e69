/** Activations and initialisations by the names that papers use. */
import type { Activation, Initialization } from '../../shared/models/model'

export const activationTitles: Record<Activation, string> = {
  linear: 'linear',
  relu: 'ReLU',
  'leaky-relu': 'leaky ReLU',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softplus: 'softplus',
  gelu: 'GELU',
  sin: 'sin',
  softmax: 'softmax',
}

export const initializationTitles: Record<Initialization, string> = {
  pytorch: 'PyTorch’s default',
  'glorot-uniform': 'Glorot, uniform',
  'glorot-normal': 'Glorot, normal',
  'he-uniform': 'He, uniform',
  'he-normal': 'He, normal',
  'lecun-normal': 'LeCun, normal',
}
