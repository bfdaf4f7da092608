import * as v from 'valibot';
import { MAX_SESSIONS } from './lab/sessions.js';

const port = (name: string, fallback: number, max = 65535) =>
  v.pipe(
    v.optional(v.string(), String(fallback)),
    v.regex(/^\d{1,5}$/, `${name} is a port number, 0 to ${max}`),
    v.transform(Number),
    v.maxValue(max, `${name} is a port number, 0 to ${max}`),
  );

const integer = (name: string, fallback: number, min: number, max: number) =>
  v.pipe(
    v.optional(v.string(), String(fallback)),
    v.regex(/^\d+$/, `${name} is a whole number, ${min} to ${max}`),
    v.transform(Number),
    v.minValue(min, `${name} is a whole number, ${min} to ${max}`),
    v.maxValue(max, `${name} is a whole number, ${min} to ${max}`),
  );

const list = (fits: (each: string) => boolean, message: string) =>
  v.pipe(
    v.optional(v.string(), ''),
    v.transform((text) =>
      text
        .split(',')
        .map((each) => each.trim().toLowerCase())
        .filter(Boolean),
    ),
    v.check((all) => all.every(fits), message),
  );

const isHost = (text: string) => URL.canParse(`http://${text}`) && !/[/@?#]/.test(text);
const isLoopback = (host: string) => /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const mqttUrl = v.optional(
  v.pipe(
    v.string(),
    v.check(
      (text) => /^(mqtt|ws)s?:$/.test(URL.parse(text)?.protocol ?? '') && URL.parse(text)?.hostname !== '',
      'MQTT_URL is an address such as mqtt://broker:1883 (mqtt, mqtts, ws or wss)',
    ),
    v.check((text) => {
      const url = URL.parse(text);
      return url === null || (isDecodable(url.username) && isDecodable(url.password));
    }, 'MQTT_URL is an address in whose user or password a % is written as %25'),
  ),
);

const MIB = 1024 * 1024;
const ageMs = (hours: number) => (hours === 0 ? Infinity : hours * 3_600_000);

/** The DATA_DIR that is none. */
const IN_MEMORY = 'memory';

/** Every setting of the gateway, read from the environment. The README lists them from here. */
export const ConfigSchema = v.pipe(
  v.object({
    HOST: v.optional(v.string(), '127.0.0.1'),
    PORT: port('PORT', 3000),
    ALLOWED_HOSTS: list(isHost, 'ALLOWED_HOSTS holds names as in the Host header, such as telewire.example:8443'),
    ALLOWED_ORIGINS: list(isOrigin, 'ALLOWED_ORIGINS holds origins such as https://telewire.example, without a path'),
    MQTT_URL: mqttUrl,
    MQTT_USERNAME: v.optional(v.string()),
    MQTT_PASSWORD: v.optional(v.string()),
    MQTT_CLIENT_ID: v.optional(
      v.pipe(v.string(), v.regex(/^[\w.:-]{1,128}$/, 'MQTT_CLIENT_ID is 1 to 128 letters, digits and . _ : -')),
    ),
    MQTT_HOST: v.optional(v.string(), '127.0.0.1'),
    MQTT_PORT: port('MQTT_PORT', 1883),
    MAPPING_FILE: v.optional(v.string()),
    DATA_DIR: v.optional(v.string(), './data'),
    ALLOW_VOLATILE: v.optional(v.picklist(['0', '1'], 'ALLOW_VOLATILE is 0 or 1'), '0'),
    JOURNAL_MAX_MB: integer('JOURNAL_MAX_MB', 128, 1, 65536),
    JOURNAL_MAX_HOURS: integer('JOURNAL_MAX_HOURS', 0, 0, 87600),
    JOURNAL_WAVEFORM_PERCENT: integer('JOURNAL_WAVEFORM_PERCENT', 50, 1, 99),
    JOURNAL_WAVEFORM_HOURS: integer('JOURNAL_WAVEFORM_HOURS', 0, 0, 87600),
    HEARTBEAT_MS: integer('HEARTBEAT_MS', 5000, 100, 60000),
    RECONNECT_SPREAD_MS: integer('RECONNECT_SPREAD_MS', 2000, 0, 600000),
    LOG_LEVEL: v.optional(
      v.picklist(['error', 'warn', 'log', 'debug'], 'LOG_LEVEL is one of error, warn, log, debug'),
      'log',
    ),
    LOG_FORMAT: v.optional(v.picklist(['text', 'json'], 'LOG_FORMAT is text or json'), 'text'),
    DASHBOARD_DIR: v.optional(v.string()),
    LAB: v.optional(v.picklist(['on', 'off'], 'LAB is on or off')),
    // Sessions have the ports side by side from there on.
    LAB_PORT: port('LAB_PORT', 0, 65535 - MAX_SESSIONS + 1),
  }),
  v.check(
    ({ MQTT_URL, MQTT_USERNAME, MQTT_PASSWORD }) => MQTT_URL !== undefined || !(MQTT_USERNAME ?? MQTT_PASSWORD),
    'MQTT_USERNAME and MQTT_PASSWORD are for the broker that MQTT_URL names; the embedded one asks for none',
  ),
  v.transform((env) => ({
    host: env.HOST,
    port: env.PORT,
    /** Values of `Host`, besides the loopback names, that are answered. */
    allowedHosts: env.ALLOWED_HOSTS,
    /** Values of `Origin`, besides our own, that are answered. */
    allowedOrigins: env.ALLOWED_ORIGINS,
    mqtt: {
      url: env.MQTT_URL,
      username: env.MQTT_USERNAME,
      password: env.MQTT_PASSWORD,
      /** The session's name at the broker; without one nothing waits there for a gateway that is down. */
      clientId: env.MQTT_CLIENT_ID,
      host: env.MQTT_HOST,
      port: env.MQTT_PORT,
    },
    /** YAML file of rules that turn other messages into readings. */
    mappingFile: env.MAPPING_FILE,
    /** Folder of the journal; `undefined` where it is kept in memory alone. */
    dataDir: env.DATA_DIR === IN_MEMORY ? undefined : env.DATA_DIR,
    /** Go on in memory when the journal cannot be kept on disk. */
    allowVolatile: env.ALLOW_VOLATILE === '1',
    /** Bounds of the journal, and of the waveforms in it. */
    journal: {
      maxBytes: env.JOURNAL_MAX_MB * MIB,
      maxWaveformBytes: (env.JOURNAL_MAX_MB * MIB * env.JOURNAL_WAVEFORM_PERCENT) / 100,
      maxAgeMs: ageMs(env.JOURNAL_MAX_HOURS),
      maxWaveformAgeMs: ageMs(env.JOURNAL_WAVEFORM_HOURS),
    },
    heartbeatMs: env.HEARTBEAT_MS,
    reconnectSpreadMs: env.RECONNECT_SPREAD_MS,
    logLevel: env.LOG_LEVEL,
    logFormat: env.LOG_FORMAT,
    /** Where the built dashboard is; the default is beside the built gateway. */
    dashboardDir: env.DASHBOARD_DIR,
    lab: {
      /** On by itself only where nobody else's machine reaches it, also not through a proxy on this one. */
      enabled:
        env.LAB === undefined
          ? isLoopback(env.HOST) && env.ALLOWED_HOSTS.length === 0 && env.ALLOWED_ORIGINS.length === 0
          : env.LAB === 'on',
      /** Of the first session's proxy, the others beside it; 0 is any, for each another. */
      port: env.LAB_PORT,
    },
  })),
);

/** The gateway's settings. */
export type Config = v.InferOutput<typeof ConfigSchema>;

/** A setting that cannot be used; the message names it and says what it should be. */
export class ConfigError extends Error {}

/** Reads the settings. An empty variable counts as not set. @throws ConfigError */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = v.safeParse(ConfigSchema, set);
  if (!result.success) throw new ConfigError(result.issues[0].message);
  return result.output;
}
