import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import {
  distinctUntilChanged,
  distinctUntilKeyChanged,
  firstValueFrom,
  share,
  skip,
  skipWhile,
  Subscription,
  timer,
} from 'rxjs';
import { ALL_TOPICS } from '@telewire/telemetry';
import { CODES, httpStatusOf, ProtocolError } from '@telewire/protocol';
import { type Config, ConfigError } from './config.js';
import { SocketAdapter } from './http/socket-adapter.js';
import { ErrorFilter } from './http/error-filter.js';
import { GatewayModule } from './gateway.module.js';
import { answerLab, connectSources } from './lab/cross-origin.js';
import { LabSessions } from './lab/sessions.js';
import { Hub } from './hub/hub.js';
import type { Broker, Message } from './ingest/broker.js';
import { EmbeddedBroker } from './ingest/embedded-broker.js';
import { Ingest } from './ingest/ingest.js';
import { MappedIngest } from './ingest/mapped-ingest.js';
import { Mapping, readMapping } from './ingest/mapping.js';
import { serveOpenApi } from './http/openapi.js';
import { isAllowed, type OriginRules } from './http/origin-check.js';
import { openJournal, type OpenedJournal } from './journal/open-journal.js';
import { StoreError } from './journal/store.js';
import { BROKER } from './tokens.js';

/** A gateway that runs. */
export interface Gateway {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Port of the embedded broker, when there is one. */
  readonly mqttPort?: number;
  /** Says goodbye on every open stream, then ends everything, within 5 s. */
  stop(): Promise<void>;
}

const TOPIC_ROOT = ALL_TOPICS.slice(0, -1);
const LEVELS: readonly LogLevel[] = ['error', 'warn', 'log', 'debug'];
// What a client gets to take what it is owed and its `bye` …
const GOODBYE_MS = 1_000;
// … and, where it has not, the `bye` alone before its socket is cut.
const LAST_WORD_MS = 250;

// Angular writes component styles as style elements, so styles may be inline; scripts may not.
const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'";

/**
 * Starts a gateway.
 * @throws ConfigError when a folder cannot be used, MappingError when the mapping file cannot be used, or the listen error (EADDRINUSE, EACCES …) when a port cannot be had; nothing is left running then
 */
export async function startGateway(config: Config): Promise<Gateway> {
  // dist/apps/gateway/src beside dist/dashboard/browser
  const dashboardDir = resolve(config.dashboardDir ?? join(import.meta.dirname, '../../../dashboard/browser'));
  if (config.dashboardDir !== undefined && !existsSync(config.dashboardDir)) {
    throw new ConfigError(`DASHBOARD_DIR: there is no ${config.dashboardDir}`);
  }
  const opened = await openedJournal(config);
  try {
    return await startWith(config, opened, dashboardDir);
  } catch (error) {
    await opened.journal.close();
    throw error;
  }
}

/** @throws ConfigError when the journal cannot be kept where the settings say */
async function openedJournal({ dataDir, journal, allowVolatile }: Config): Promise<OpenedJournal> {
  try {
    return await openJournal({ directory: dataDir, ...journal, allowVolatile });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError(`DATA_DIR: the journal in ${dataDir} cannot be used: ${error.message}`);
  }
}

async function startWith(config: Config, opened: OpenedJournal, dashboardDir: string): Promise<Gateway> {
  const { journal } = opened;
  const mapping = config.mappingFile === undefined ? new Mapping({ rules: [] }) : readMapping(config.mappingFile);
  const sdkDir = join(import.meta.dirname, '../../../sdk');
  const logger = new ConsoleLogger({
    prefix: 'telewire',
    json: config.logFormat === 'json',
    colors: process.stdout.isTTY === true,
    // Nest's own list of routes is of no use to whoever runs the gateway.
    logLevels: ['fatal'],
  });
  const app = await NestFactory.create<NestExpressApplication>(
    GatewayModule.with({ config, mapping, journal, dashboardDir, sdkDir }),
    {
      logger,
      forceCloseConnections: true,
      abortOnError: false,
      bodyParser: false,
    },
  );
  const sessions = config.lab.enabled ? app.get(LabSessions) : undefined;
  const rules: OriginRules = {
    allowedHosts: config.allowedHosts,
    allowedOrigins: config.allowedOrigins,
    ...(sessions && { lab: sessions }),
  };
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(checkOrigin(rules));
  if (config.allowedOrigins.length > 0)
    app.enableCors({ origin: [...config.allowedOrigins], exposedHeaders: ['ETag'] });
  app.useBodyParser('json', { limit: '64kb' });
  app.useGlobalFilters(new ErrorFilter());
  app.useWebSocketAdapter(new SocketAdapter(app, rules));
  serveOpenApi(app);
  await app.init();

  const hub = app.get(Hub);
  const broker = app.get<Broker>(BROKER);
  let stopBrokerLog = () => {};
  let journalLog: Subscription | undefined;
  const stop = async () => {
    stopBrokerLog();
    // First of all, for what is acknowledged from here on would be seen by nobody; but the clients must not wait for it long.
    const brokerStopped = broker.stop();
    await Promise.race([brokerStopped, firstValueFrom(timer(GOODBYE_MS))]);
    hub.stop();
    await drained(hub);
    if (hub.readerCount > 0) {
      hub.leave();
      await firstValueFrom(timer(LAST_WORD_MS));
    }
    await Promise.all([app.close(), brokerStopped]);
    hub.close();
    await journal.close();
    journalLog?.unsubscribe();
  };
  try {
    // HTTP first: a broker that answers while the port turns out to be taken would acknowledge what is lost then.
    await app.listen(config.port, config.host);
    logger.setLogLevels(LEVELS.slice(0, LEVELS.indexOf(config.logLevel) + 1));
    journalLog = logJournal(opened);
    stopBrokerLog = await startBroker(app, broker, config);
  } catch (error) {
    await stop();
    throw error;
  }
  // Listening everywhere is no address to open.
  const everywhere = config.host === '0.0.0.0' || config.host === '::';
  const { port } = app.getHttpServer().address() as AddressInfo;
  const host = everywhere ? '127.0.0.1' : config.host.includes(':') ? `[${config.host}]` : config.host;
  return {
    url: `http://${host}:${port}`,
    ...(broker instanceof EmbeddedBroker ? { mqttPort: broker.port } : {}),
    stop,
  };
}

/** Logs how the journal was found, and each change of how it stands, until it is unsubscribed. */
function logJournal({ journal, news, alarming }: OpenedJournal): Subscription {
  const log = new Logger('journal');
  if (alarming) log.warn(news);
  else log.log(news);
  return journal.state.pipe(skip(1)).subscribe(({ taking, reason }) => {
    if (!taking) log.error(`nothing is acknowledged: ${reason}; trying again`);
    else if (reason === undefined) log.log('works again');
    else log.warn(reason);
  });
}

/** Connects broker and ingest; returns what ends the log of its state. */
async function startBroker(app: NestExpressApplication, broker: Broker, { mqtt }: Config): Promise<() => void> {
  const ingest = app.get(Ingest);
  const mapped = app.get(MappedIngest);
  const mapping = app.get(Mapping);
  const log = new Logger('broker');
  const take = (message: Message) =>
    message.topic.startsWith(TOPIC_ROOT) ? ingest.take(message) : mapped.take(message, Date.now());
  // A journal that takes nothing says so itself; who is connected will be known from the next word of each.
  if (mqtt.url === undefined) ingest.takeFreshBroker().catch(() => undefined);
  await broker.start(take, [ALL_TOPICS, ...mapping.filters]);
  // Without the user name and password that a URL may hold.
  const name = mqtt.url === undefined ? 'the embedded broker' : new URL(mqtt.url).host;
  const known = broker.state.pipe(
    skipWhile(({ connected, reason }) => !connected && reason === 'connecting'),
    share(),
  );
  const states = new Subscription();
  states.add(
    known
      .pipe(distinctUntilChanged((a, b) => a.connected === b.connected && a.reason === b.reason))
      .subscribe(({ connected, reason }) => {
        if (connected) log.log(`connected to ${name}`);
        else log.warn(`not connected to ${name}: ${reason}; trying again`);
      }),
  );
  states.add(
    known.pipe(distinctUntilKeyChanged('connected')).subscribe((state) => {
      // A journal that takes nothing says so itself.
      ingest.takeBrokerState(state).catch(() => undefined);
    }),
  );
  return () => states.unsubscribe();
}

/** What a page may load; the lab's reaches the proxies of its sessions too. */
const policyOf = (request: Request, rules: OriginRules): string =>
  rules.lab && !request.path.startsWith('/api/')
    ? `${PAGE_POLICY}; connect-src ${connectSources(request.headers.host)}`
    : PAGE_POLICY;

/** Refuses what comes from elsewhere, and sets the headers that every answer has. */
function checkOrigin(rules: OriginRules) {
  const refused = new ProtocolError(CODES.forbidden, 'forbidden', 'Host or Origin is not allowed; see ALLOWED_HOSTS');
  return (request: Request, response: Response, next: NextFunction): void => {
    response.set({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    // The OpenAPI page brings inline scripts of its own.
    if (!request.path.startsWith('/api/docs')) response.set('content-security-policy', policyOf(request, rules));
    if (!isAllowed(request, rules)) return void response.status(httpStatusOf(refused.code)).json(refused.toFrame());
    if (rules.lab && answerLab(request, response, rules.lab)) return;
    // Express would run a GET for it: a stream that never ends, to nobody.
    if (request.method === 'HEAD' && request.path.startsWith('/api/')) {
      return void response.set('allow', 'GET, POST').status(405).end();
    }
    next();
  };
}

/** Resolves when every reader has taken its `bye`, or after {@link GOODBYE_MS}. */
function drained(hub: Hub): Promise<void> {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    const watch = timer(0, 20).subscribe(() => {
      if (hub.readerCount > 0 && Date.now() - startedAt < GOODBYE_MS) return;
      watch.unsubscribe();
      resolve();
    });
  });
}
