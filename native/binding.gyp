{
  # Each instruction set is a library of its own, so that its flags reach no other file (src/kernels/level.h says why).
  'target_defaults': {
    'cflags_cc!': ['-fno-exceptions'],
    'cflags_cc': ['-std=c++17', '-O3', '-fno-math-errno', '-Wall', '-Wextra', '-fvisibility=hidden'],
    'xcode_settings': {
      'GCC_ENABLE_CPP_EXCEPTIONS': 'YES',
      'CLANG_CXX_LANGUAGE_STANDARD': 'c++17',
      'CLANG_CXX_LIBRARY': 'libc++',
      'MACOSX_DEPLOYMENT_TARGET': '11.0',
      'GCC_OPTIMIZATION_LEVEL': '3',
      'OTHER_CPLUSPLUSFLAGS': ['-fno-math-errno', '-fvisibility=hidden'],
    },
    'msvs_settings': {
      'VCCLCompilerTool': { 'ExceptionHandling': 1, 'AdditionalOptions': ['/std:c++17', '/O2', '/permissive-'] },
    },
    'defines': ['NOMINMAX'],
    'conditions': [
      ['target_arch=="x64"', { 'defines': ['BASIN_X86'] }],
    ],
  },
  'targets': [
    {
      'target_name': 'basin',
      'sources': [
        'binding/addon.cc',
        'binding/model_options.cc',
        'binding/options.cc',
        'binding/session_object.cc',
        'binding/task.cc',
        'binding/training_task.cc',
        'src/curvature/matrix.cc',
        'src/curvature/objective.cc',
        'src/kernels/level_baseline.cc',
        'src/kernels/level_baseline_f64.cc',
        'src/kernels/select.cc',
        'src/layers/batch_norm.cc',
        'src/layers/dense.cc',
        'src/layers/dropout.cc',
        'src/layers/make_layer.cc',
        'src/layers/residual.cc',
        'src/layers/sequence.cc',
        'src/model.cc',
        'src/network.cc',
        'src/reference.cc',
        'src/session.cc',
        'src/team.cc',
        'src/trainer.cc',
        'src/typed_session.cc',
      ],
      'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
      'defines': ['NAPI_VERSION=8', 'NAPI_CPP_EXCEPTIONS', 'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'],
      'conditions': [
        ['target_arch=="x64"', { 'dependencies': ['kernels_avx2', 'kernels_avx512'] }],
      ],
    },
  ],
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'kernels_avx2',
          'type': 'static_library',
          'sources': ['src/kernels/level_avx2.cc', 'src/kernels/level_avx2_f64.cc'],
          'cflags_cc': ['-mavx2', '-mfma'],
          'xcode_settings': { 'OTHER_CPLUSPLUSFLAGS': ['-mavx2', '-mfma'] },
          'msvs_settings': { 'VCCLCompilerTool': { 'AdditionalOptions': ['/arch:AVX2'] } },
        },
        {
          'target_name': 'kernels_avx512',
          'type': 'static_library',
          'sources': ['src/kernels/level_avx512.cc', 'src/kernels/level_avx512_f64.cc'],
          # GCC 12 takes the undefined start values inside its own intrinsics for mistakes.
          'cflags_cc': ['-mavx2', '-mfma', '-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl',
                        '-Wno-uninitialized', '-Wno-maybe-uninitialized'],
          'xcode_settings': {
            'OTHER_CPLUSPLUSFLAGS': ['-mavx2', '-mfma', '-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl'],
          },
          'msvs_settings': { 'VCCLCompilerTool': { 'AdditionalOptions': ['/arch:AVX512'] } },
        },
      ],
    }],
  ],
}
