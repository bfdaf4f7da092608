import { parseArgs } from 'node:util';
import * as v from 'valibot';

/** How the simulator is called; what `--help` prints. */
export const USAGE = `Plays a fleet of patient monitors and road detectors over MQTT.

  --beds N       patient monitors, 0 to 200                     (SIM_BEDS, 8)
  --stations N   detector stations, 0 to 200                    (SIM_STATIONS, 12)
  --rate X       how many times as often everything is said,
                 0.1 to 50                                      (SIM_RATE, 1)
  --seed N       another whole number, another fleet            (SIM_SEED, 1)
  --help         this text

The broker comes from the environment: MQTT_URL (mqtt://127.0.0.1:1883), MQTT_USERNAME, MQTT_PASSWORD.
HEALTH_FILE names a file that is kept fresh while the broker is there.`;

/** A setting that cannot be used; the message says in one line which one and what to do. */
export class SettingsError extends Error {}

const number = (rule: string, check: (value: number) => boolean) =>
  v.pipe(
    v.string(),
    v.check((text) => text.trim() !== '' && check(Number(text)), rule),
    v.transform(Number),
  );
const whole = (low: number, high: number) =>
  number(`a whole number from ${low} to ${high}`, (n) => Number.isInteger(n) && n >= low && n <= high);

const SettingsSchema = v.object({
  beds: v.optional(whole(0, 200), '8'),
  stations: v.optional(whole(0, 200), '12'),
  rate: v.optional(
    number('a number from 0.1 to 50', (n) => n >= 0.1 && n <= 50),
    '1',
  ),
  seed: v.optional(number('a whole number', Number.isSafeInteger), '1'),
  url: v.optional(
    v.pipe(v.string(), v.check(isBrokerUrl, 'the address of a broker such as mqtt://127.0.0.1:1883')),
    'mqtt://127.0.0.1:1883',
  ),
  username: v.optional(v.string()),
  password: v.optional(v.string()),
  healthFile: v.optional(v.string()),
});

/** What the simulator is told: how large a fleet, and which broker. */
export type Settings = v.InferOutput<typeof SettingsSchema>;

const ENVIRONMENT = {
  beds: 'SIM_BEDS',
  stations: 'SIM_STATIONS',
  rate: 'SIM_RATE',
  seed: 'SIM_SEED',
  url: 'MQTT_URL',
  username: 'MQTT_USERNAME',
  password: 'MQTT_PASSWORD',
  healthFile: 'HEALTH_FILE',
} as const satisfies Record<keyof Settings, string>;
const FLAGS = {
  beds: { type: 'string' },
  stations: { type: 'string' },
  rate: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/**
 * Reads the settings from flags, then the environment, then the defaults; `help` when that was asked for.
 * @throws SettingsError with one line that says what to do.
 */
export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Settings | 'help' {
  const flags = parseFlags(args);
  if (flags.help === true) return 'help';
  const given = Object.entries(ENVIRONMENT).map(([key, variable]) => {
    const flag = key in flags ? flags[key as keyof typeof flags] : undefined;
    // An empty variable is one that was not set (`SIM_SEED= npm run simulator`, empty entries of a compose file).
    return { key, source: flag === undefined ? variable : `--${key}`, value: flag ?? (env[variable] || undefined) };
  });
  const result = v.safeParse(SettingsSchema, Object.fromEntries(given.map(({ key, value }) => [key, value])));
  if (!result.success) {
    const [issue] = result.issues;
    const { source, value } = given.find(({ key }) => key === v.getDotPath(issue)) ?? given[0]!;
    // A broker's address may hold a password, which must not get into a log.
    const shown = source === ENVIRONMENT.url ? '' : `, but is ${JSON.stringify(String(value).slice(0, 40))}`;
    throw new SettingsError(`${source} must be ${issue.message}${shown}`);
  }
  if (result.output.password !== undefined && result.output.username === undefined)
    throw new SettingsError('MQTT_PASSWORD needs MQTT_USERNAME: set both or neither');
  if (result.output.beds + result.output.stations === 0)
    throw new SettingsError('There is nothing to play: give --beds or --stations at least 1');
  return result.output;
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (error) {
    // parseArgs throws a TypeError for flags it does not know or that lack a value; its first sentence says which.
    const [sentence] = String(error instanceof Error ? error.message : error).split(/\.?(?:\n|\. |$)/);
    throw new SettingsError(`${sentence}; run with --help to see the flags`);
  }
}

function isBrokerUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && ['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(url.protocol) && url.hostname !== '';
}
