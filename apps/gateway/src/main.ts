import 'reflect-metadata';
import { ConfigError, parseConfig } from './config.js';
import { type Gateway, startGateway } from './gateway.js';
import { MappingError } from './ingest/mapping.js';
import { journalStats, linesOf } from './journal/journal-stats.js';
import { StoreError } from './journal/store.js';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24)
  fail(`Telewire needs Node 24 or newer; this is ${process.version}. \`npm run gateway\` brings its own.`);

const words = process.argv.slice(2).join(' ');
let gateway: Gateway;
try {
  const config = parseConfig(process.env);
  if (words === 'journal stats') {
    if (config.dataDir === undefined) fail('DATA_DIR=memory keeps no journal on disk');
    process.stdout.write(`${linesOf(journalStats(config.dataDir)).join('\n')}\n`);
    process.exit(0);
  }
  if (words !== '')
    fail(`There is no "${words}": without a word it starts the gateway; "journal stats" says what is kept.`);
  gateway = await startGateway(config);
} catch (error) {
  fail(explain(error));
}
process.stdout.write(
  `Telewire gateway on ${gateway.url}${gateway.mqttPort ? `, MQTT broker on port ${gateway.mqttPort}` : ''}\n`,
);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    // A client or broker that does not let go must not keep the process.
    setTimeout(() => process.exit(0), 5_000).unref();
    void gateway.stop().then(() => process.exit(0));
  });
}

function fail(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

interface ListenError extends NodeJS.ErrnoException {
  readonly port?: number;
  readonly address?: string;
  readonly setting?: string;
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof MappingError) return `Bad setting: ${error.message}`;
  if (error instanceof StoreError) return `The journal in DATA_DIR cannot be read: ${error.message}`;
  const { code, port = 0, address, setting = 'PORT' } = error as ListenError;
  if (code === 'EADDRINUSE') {
    const other = port < 65_535 ? port + 1 : port - 1;
    return `Port ${port} on ${address} is taken. Stop what uses it, or choose another: ${setting}=${other} npm start`;
  }
  if (code === 'EACCES')
    return `Port ${port} may not be opened by this user. Choose one above 1023: ${setting}=3000 npm start`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${address ?? 'The address'} is not one of this machine. Check HOST and MQTT_HOST.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
