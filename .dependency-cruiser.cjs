// Who may import whom: the table of ARCHITECTURE.md, one rule a row. A lib is entered only by its index.ts.
const may = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(apps|libs)/', pathNot: [from, ...to.map((lib) => `^libs/${lib}/src/index\\.ts$`)] },
});
module.exports = {
  forbidden: [
    may('telemetry-imports-nothing', '^libs/telemetry/', []),
    may('protocol-imports-telemetry', '^libs/protocol/', ['telemetry']),
    may('cbor-imports-telemetry-protocol', '^libs/cbor/', ['telemetry', 'protocol']),
    may('client-imports-telemetry-protocol', '^libs/client/', ['telemetry', 'protocol']),
    may('lab-imports-telemetry-protocol-client-cbor', '^libs/lab/', ['telemetry', 'protocol', 'cbor', 'client']),
    may('simulator-imports-telemetry', '^apps/simulator/', ['telemetry']),
    may('gateway-imports-telemetry-protocol-cbor', '^apps/gateway/', ['telemetry', 'protocol', 'cbor']),
    may('angular-imports-protocol-client', '^libs/angular/', ['protocol', 'client']),
    may('dashboard-imports-libs', '^apps/dashboard/', ['telemetry', 'protocol', 'cbor', 'client', 'lab', 'angular']),
    {
      name: 'dashboard-imports-only-types-of-protocol',
      severity: 'error',
      from: { path: '^(apps/dashboard|libs/angular)/' },
      to: { path: '^libs/protocol/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'rxjs-only-at-the-edge-of-client',
      severity: 'error',
      from: { path: '^libs/client/src/', pathNot: '^libs/client/src/(rxjs|index)\\.ts$' },
      to: { path: '(node_modules/rxjs/|^libs/client/src/(rxjs|index)\\.ts$)' },
    },
    {
      name: 'libs-without-framework',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/angular/' },
      to: { path: 'node_modules/(@nestjs|@angular|mqtt|aedes|express|ws)/' },
    },
    {
      name: 'angular-with-angular-alone',
      severity: 'error',
      from: { path: '^libs/angular/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(@angular/core|rxjs|tslib)/' },
    },
    {
      name: 'mqtt-only-in-ingest-and-publisher',
      severity: 'error',
      from: { path: '^apps/', pathNot: ['^apps/gateway/src/(ingest|testing)/', '^apps/simulator/src/'] },
      to: { path: 'node_modules/(mqtt|aedes)/' },
    },
    {
      name: 'hub-and-journal-without-nest',
      severity: 'error',
      from: { path: '^apps/gateway/src/(hub|journal)/' },
      to: { path: 'node_modules/@nestjs/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    exclude: { path: '\\.spec\\.ts$' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
