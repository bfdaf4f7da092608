const rootDir = import.meta.dirname;
const swc = [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2023',
      keepClassNames: true,
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];
const moduleNameMapper = {
  '^@telewire/(telemetry|protocol|cbor|client|lab|angular)$': '<rootDir>/libs/$1/src/index.ts',
  '^(\\.{1,2}/.*)\\.js$': '$1',
};
const node = {
  rootDir,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': swc },
  moduleNameMapper,
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};
export default {
  // Only a hung test takes so long; a machine that has other work makes none of them fail.
  testTimeout: 30_000,
  projects: [
    {
      ...node,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps/gateway,apps/simulator,libs,scripts}/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/libs/angular/'],
    },
    { ...node, displayName: 'conformance', testMatch: ['<rootDir>/test/conformance/**/*.spec.ts'] },
    { ...node, displayName: 'structure', testMatch: ['<rootDir>/test/structure/**/*.spec.ts'] },
    { ...node, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.spec.ts'] },
    { ...node, displayName: 'faults', testMatch: ['<rootDir>/test/faults/**/*.spec.ts'] },
    { ...node, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
    {
      rootDir,
      displayName: 'dashboard',
      preset: 'jest-preset-angular',
      testMatch: ['<rootDir>/{apps/dashboard,libs/angular}/**/*.spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/apps/dashboard/setup-jest.ts'],
      extensionsToTreatAsEsm: ['.ts'],
      transformIgnorePatterns: ['/node_modules/'],
      transform: {
        '^.+\\.(ts|html|svg)$': [
          'jest-preset-angular',
          {
            useESM: true,
            tsconfig: '<rootDir>/apps/dashboard/tsconfig.spec.json',
            stringifyContentPathRegex: '\\.(html|svg)$',
          },
        ],
      },
      moduleNameMapper,
      modulePathIgnorePatterns: ['<rootDir>/dist'],
    },
  ],
};
