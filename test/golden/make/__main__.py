"""Writes the numbers that the engines are judged by: networks, losses, optimisers and curvature as PyTorch computes them in float64.

Run by hand with PyTorch 2.13, NumPy and safetensors when a case is added (python test/golden/make, or with the names of the files to write); the
JSON files are committed, so neither the app nor its tests need Python. Flat parameters are in the order of
torch.nn.utils.parameters_to_vector.
"""

import sys

from activation_tables import activation_tables
from curvature_cases import curvature_cases, spectrum_case
from files import write
from gradient_course_cases import gradient_course_cases
from gradient_norm_cases import gradient_norm_cases
from interpolation_cases import interpolation_cases
from layer_cases import GROUPS, layer_cases
from matrix_cases import matrix_cases
from optimizer_cases import long_course, optimizer_cases
from random_numbers import random_numbers
from safetensors_file import safetensors_file
from second_order_cases import lbfgs_cases, marquardt_cases
from sensitivity_cases import sensitivity_cases
from sharpness_cases import sharpness_cases
from state_dicts import state_dicts
from surface_cases import critical_point_cases, surface_cases
from trajectory_cases import trajectory_cases

TOPICS = {
    **{f"layers/{group}": lambda group=group: layer_cases(group) for group in GROUPS},
    "activations": activation_tables,
    "random": random_numbers,
    "optimizers": optimizer_cases,
    "adam-571": long_course,
    "lbfgs": lbfgs_cases,
    "levenberg-marquardt": marquardt_cases,
    "curvature": curvature_cases,
    "spectrum-571": spectrum_case,
    "matrices": matrix_cases,
    "gradient-norm": gradient_norm_cases,
    "safetensors": safetensors_file,
    "state-dicts": state_dicts,
    "gradient-courses": gradient_course_cases,
    "trajectories": trajectory_cases,
    "critical-point": critical_point_cases,
    "error-surface": surface_cases,
    "interpolation": interpolation_cases,
    "sensitivity": sensitivity_cases,
    "sharpness": sharpness_cases,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or TOPICS:
        write(name, TOPICS[name]())
