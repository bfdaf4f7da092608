import { existsSync } from 'node:fs';
import { type DynamicModule, Logger, Module, type Provider } from '@nestjs/common';
import { ServeStaticModule } from '@nestjs/serve-static';
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { Config } from './config.js';
import { HttpStream } from './delivery/http-stream.js';
import { Sse } from './delivery/sse.js';
import { WebSocketDelivery } from './delivery/websocket.js';
import { Health } from './http/health.js';
import { Readings } from './http/readings.js';
import { Hub } from './hub/hub.js';
import type { Broker } from './ingest/broker.js';
import { EmbeddedBroker } from './ingest/embedded-broker.js';
import { ExternalBroker } from './ingest/external-broker.js';
import { Ingest } from './ingest/ingest.js';
import { MappedIngest } from './ingest/mapped-ingest.js';
import { Mapping } from './ingest/mapping.js';
import { Refusals } from './ingest/refusals.js';
import { Repetitions } from './ingest/repetitions.js';
import { InventoryController } from './http/inventory.js';
import type { Journal } from './journal/journal.js';
import { EchoSocket } from './lab/echo-socket.js';
import { LabController } from './lab/lab-controller.js';
import { LabSessions } from './lab/sessions.js';
import { Metrics } from './metrics.js';
import { Registry } from './registry/registry.js';
import { BROKER, JOURNAL, SCHEDULER } from './tokens.js';

/** What the gateway is put together from, besides what it makes itself. */
export interface GatewayParts {
  readonly config: Config;
  readonly mapping: Mapping;
  readonly journal: Journal;
  /** Where the built dashboard is. */
  readonly dashboardDir: string;
  /** Where the SDK is as one file; what is not there is not served. */
  readonly sdkDir: string;
}

/** The gateway, part by part: broker → ingest → journal → hub → delivery. */
@Module({})
export class GatewayModule {
  static with({ config, mapping, journal, dashboardDir, sdkDir }: GatewayParts): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        ...(existsSync(sdkDir) ? [sdk(sdkDir)] : []),
        ...(existsSync(dashboardDir) ? [dashboard(dashboardDir)] : []),
      ],
      controllers: [
        HttpStream,
        Sse,
        Readings,
        InventoryController,
        Health,
        ...(config.lab.enabled ? [LabController] : []),
      ],
      providers: [
        { provide: SCHEDULER, useValue: asyncScheduler },
        { provide: BROKER, useFactory: () => brokerOf(config) },
        { provide: JOURNAL, useValue: journal },
        { provide: Repetitions, useFactory: () => new Repetitions(journal) },
        { provide: Registry, useFactory: (journal: Journal) => new Registry(journal), inject: [JOURNAL] },
        { provide: Refusals, useFactory: () => refusalsToLog() },
        {
          provide: Ingest,
          useFactory: (repetitions: Repetitions, registry: Registry, refusals: Refusals) =>
            new Ingest(repetitions, registry, refusals),
          inject: [Repetitions, Registry, Refusals],
        },
        { provide: Mapping, useValue: mapping },
        {
          provide: MappedIngest,
          useFactory: (mapping: Mapping, repetitions: Repetitions, registry: Registry, refusals: Refusals) =>
            new MappedIngest(mapping, repetitions, registry, refusals),
          inject: [Mapping, Repetitions, Registry, Refusals],
        },
        {
          provide: Hub,
          useFactory: (journal: Journal, scheduler: SchedulerLike, registry: Registry) =>
            new Hub(journal, scheduler, {
              heartbeatMs: config.heartbeatMs,
              reconnectSpreadMs: config.reconnectSpreadMs,
              waveformAmong: (filters) => registry.waveformAmong(filters),
            }),
          inject: [JOURNAL, SCHEDULER, Registry],
        },
        {
          provide: Metrics,
          useFactory: (journal: Journal, hub: Hub, refusals: Refusals, repetitions: Repetitions) =>
            new Metrics(journal, hub, refusals, repetitions),
          inject: [JOURNAL, Hub, Refusals, Repetitions],
        },
        WebSocketDelivery,
        ...(config.lab.enabled ? lab(config) : []),
      ],
    };
  }
}

function brokerOf({ mqtt }: Config): Broker {
  if (mqtt.url === undefined) return new EmbeddedBroker({ host: mqtt.host, port: mqtt.port });
  return new ExternalBroker({
    url: mqtt.url,
    ...(mqtt.clientId === undefined ? {} : { clientId: mqtt.clientId }),
    ...(mqtt.username === undefined ? {} : { username: mqtt.username }),
    ...(mqtt.password === undefined ? {} : { password: mqtt.password }),
  });
}

/** The transport lab; it rests until somebody opens a session. */
const lab = ({ host, lab: { port } }: Config): Provider[] => [
  {
    provide: LabSessions,
    useFactory: (journal: Journal, registry: Registry, scheduler: SchedulerLike) =>
      new LabSessions({ host, port }, journal, registry, scheduler),
    inject: [JOURNAL, Registry, SCHEDULER],
  },
  EchoSocket,
];

function refusalsToLog(): Refusals {
  const log = new Logger('ingest');
  return new Refusals((line) => log.warn(line));
}

/** The single-page app: unknown paths open it, except those of the API. Hashed files may be kept for ever. */
function dashboard(rootPath: string): DynamicModule {
  return ServeStaticModule.forRoot({
    rootPath,
    // A file that is not there is a 404 and not the page: a browser would take it for the script that it asked for.
    exclude: ['/api/{*rest}', '/health/{*rest}', '/metrics', '/sdk/{*rest}', '/{*folder}/:name.:type', '/:name.:type'],
    serveStaticOptions: {
      setHeaders: (response: { setHeader(name: string, value: string): void }, path: string) => {
        const hashed = /-[A-Z0-9]{8}\.\w+$/.test(path);
        response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    },
  });
}

/** The SDK for pages without a build: `/sdk/telewire.js`. */
function sdk(rootPath: string): DynamicModule {
  return ServeStaticModule.forRoot({
    rootPath,
    serveRoot: '/sdk',
    serveStaticOptions: { index: false, fallthrough: true },
  });
}
