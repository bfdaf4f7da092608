import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { isFilter, isName, type SeriesInfo, SERIES_KINDS, type Value } from '@telewire/telemetry';
import { parseJsonPath, type JsonPath } from './json-path.js';
import { readingIdOf } from './reading-id.js';

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const path = v.pipe(
  text,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      parseJsonPath(dataset.value);
    } catch (error) {
      addIssue({ message: (error as SyntaxError).message });
    }
  }),
);

const RuleSchema = v.strictObject({
  /** MQTT topic filter; what each `+` stands for is `{1}`, `{2}` … in `series`, what `#` stands for the last of them. */
  topic: v.pipe(text, v.check(isFilter, 'is not a topic filter: + stands alone in a level, # only at the end')),
  /** Name of the series; everything before its last `/` is the device. */
  series: v.pipe(
    text,
    v.check(
      (name) => name.includes('/') && isName(name.replaceAll(/\{\d+\}/g, 'x')),
      'is not a name such as device/metric',
    ),
  ),
  /** JSONPath of the value; `$` is the whole payload, which may then be plain text. */
  value: v.optional(path, '$'),
  /** JSONPath of the device's time: ISO 8601 with a zone, or epoch seconds or milliseconds. Default: time of receipt. */
  time: v.optional(path),
  /** JSONPath of what the message calls itself, by which it is known when it comes again: a text or a whole number. */
  id: v.optional(path),
  unit: v.optional(text, '1'),
  label: v.optional(text),
  kind: v.optional(v.picklist(SERIES_KINDS.filter((kind) => kind !== 'samples'))),
  intervalMs: v.optional(v.pipe(v.number(), v.minValue(1))),
});

/** The mapping file: a list of rules. */
export const MappingSchema = v.strictObject({ rules: v.pipe(v.array(RuleSchema), v.maxLength(10_000)) });

/** One reading that a rule made of a message, or why it could not. */
export type Mapped =
  | {
      readonly info: SeriesInfo;
      readonly device: string;
      readonly at: number;
      /** True when the message said when; else `at` is the receipt. */
      readonly timed: boolean;
      readonly value: Value;
      readonly id?: string;
    }
  | { readonly refused: string; readonly detail: string };

interface Rule extends v.InferOutput<typeof RuleSchema> {
  readonly pattern: RegExp;
  readonly valueAt: JsonPath;
  readonly timeAt: JsonPath | undefined;
  readonly idAt: JsonPath | undefined;
}

/** The mapping file cannot be used; the message names the place in it. */
export class MappingError extends Error {}

/** Turns any JSON or text on MQTT into readings, by rules and without code. */
export class Mapping {
  readonly #rules: readonly Rule[];

  /** @throws MappingError with the path of the first field that is wrong */
  constructor(input: unknown) {
    const result = v.safeParse(MappingSchema, input);
    if (!result.success) {
      const issue = result.issues[0];
      // What a strict object expects of a key that it does not know.
      const message = issue.expected === 'never' ? 'is no field of a rule' : issue.message;
      throw new MappingError(`${v.getDotPath(issue) ?? 'the file'}: ${message}`);
    }
    this.#rules = result.output.rules.map((rule, i) => {
      const pattern = patternOf(rule.topic);
      const captures = new RegExp(`${pattern.source}|`).exec('')!.length - 1;
      const beyond = [...rule.series.matchAll(/\{(\d+)\}/g)].find(([, n]) => Number(n) < 1 || Number(n) > captures);
      if (beyond) throw new MappingError(`rules.${i}.series: ${beyond[0]} stands for nothing in ${rule.topic}`);
      const timeAt = rule.time === undefined ? undefined : parseJsonPath(rule.time);
      const idAt = rule.id === undefined ? undefined : parseJsonPath(rule.id);
      return { ...rule, pattern, valueAt: parseJsonPath(rule.value), timeAt, idAt };
    });
  }

  /** The topic filters that the rules listen to. */
  get filters(): string[] {
    return [...new Set(this.#rules.map(({ topic }) => topic))];
  }

  /** True when a rule is for this topic. */
  concerns(topic: string): boolean {
    return this.#rules.some(({ pattern }) => pattern.test(topic));
  }

  /** What the rules make of a message: nothing when none is for its topic. */
  apply(topic: string, payload: string, now: number): Mapped[] {
    const found = this.#rules.flatMap((rule) => {
      const captured = rule.pattern.exec(topic);
      return captured ? [{ rule, captured }] : [];
    });
    if (found.length === 0) return [];
    const body = parseBody(payload);
    return found.map(({ rule, captured }) => map(rule, captured, body, now));
  }
}

/**
 * Reads a mapping file in YAML.
 * @throws MappingError with the line of what is wrong
 */
export function readMapping(file: string): Mapping {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch {
    throw new MappingError(`MAPPING_FILE: ${file} cannot be read`);
  }
  try {
    return new Mapping(parseYaml(source));
  } catch (error) {
    if (error instanceof YAMLParseError) throw new MappingError(`${file}: ${error.message.split('\n')[0]}`);
    if (error instanceof MappingError) throw new MappingError(`${file}: ${error.message}`);
    throw error;
  }
}

/** A regular expression that captures what each wildcard of a topic filter stands for. */
function patternOf(filter: string): RegExp {
  const levels = filter.split('/').map((level) => {
    if (level === '+') return '([^/]+)';
    return level === '#' ? '(.+)' : level.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${levels.join('/')}$`);
}

/** The payload as JSON, or as the text it is. */
function parseBody(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return payload; // a text, for rules whose value is `$`
  }
}

function map(rule: Rule, captured: RegExpExecArray, body: unknown, now: number): Mapped {
  // A topic may hold what a name may not (spaces, umlauts): it becomes `_`.
  const series = rule.series.replaceAll(/\{(\d+)\}/g, (_, n) => captured[Number(n)]!.replaceAll(/[^\w\-:./]/g, '_'));
  if (!isName(series)) return { refused: 'bad-name', detail: series };
  const value = valueOf(rule, rule.valueAt(body));
  if (value === undefined) return { refused: 'no-value', detail: `${series}: nothing usable at ${rule.value}` };
  const at = rule.timeAt ? timeOf(rule.timeAt(body)) : now;
  if (at === undefined) return { refused: 'clock-fault', detail: `${series}: no time at ${rule.time}` };
  // Only a number can be missing, as in SenML.
  const kind = rule.kind ?? (typeof value === 'number' || value === null ? 'number' : 'text');
  const info: SeriesInfo = {
    series,
    label: rule.label ?? series.slice(series.lastIndexOf('/') + 1),
    kind,
    unit: rule.unit,
    intervalMs: rule.intervalMs ?? null,
  };
  const device = series.slice(0, series.lastIndexOf('/'));
  const id = rule.idAt && readingIdOf(rule.idAt(body));
  return { info, device, at, timed: rule.timeAt !== undefined, value, ...(id === undefined ? {} : { id }) };
}

function valueOf({ kind }: Rule, found: unknown): Value | undefined {
  // JSON may hold a number that is beyond one: it measured nothing that can be shown (PROTOCOL R24).
  if (found === null || (typeof found === 'number' && !Number.isFinite(found))) return null;
  if (kind === 'number' && typeof found === 'string') {
    const number = found.trim() === '' ? NaN : Number(found);
    return Number.isFinite(number) ? number : undefined;
  }
  if (kind === 'number') return typeof found === 'number' ? found : undefined;
  if (typeof found === 'number') return kind === undefined ? found : String(found);
  return typeof found === 'string' || typeof found === 'boolean' ? found : undefined;
}

// Between them lie the years 1970 to 5138 in seconds, and from 2000 on in milliseconds.
const MILLISECONDS_FROM = 1e11;
const ZONED = /(Z|[+-]\d\d:?\d\d)$/;

/** Epoch milliseconds of a time as devices write it; `undefined` for what is none, or has no zone, or lies before 2000. */
function timeOf(found: unknown): number | undefined {
  const at =
    typeof found === 'number'
      ? found >= MILLISECONDS_FROM
        ? found
        : found * 1000
      : typeof found === 'string' && ZONED.test(found)
        ? Date.parse(found)
        : NaN;
  return at >= Date.UTC(2000, 0) && at < Date.UTC(2100, 0) ? Math.round(at) : undefined;
}
