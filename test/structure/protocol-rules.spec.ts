import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const numbers = (text: string) => [...text.matchAll(/\bR(\d+)\b/g)].map(([, number]) => Number(number));

const rules = [...read('PROTOCOL.md').matchAll(/^- \*\*R(\d+)\*\*/gm)].map(([, number]) => Number(number));
/** The rules that the cases of a file prove, by their titles. */
const casesOf = (path: string) =>
  new Set([...read(path).matchAll(/(?:\bit|\])\)?\(\s*["']((?:R\d+ )+)/g)].flatMap(([, title]) => numbers(title!)));

const TRANSPORTS = ['http-stream', 'long-poll', 'poll', 'sse', 'websocket'];
const COMMON = 'test/support/conformance.ts';
const fileOf = (transport: string) => `test/conformance/${transport}.spec.ts`;
/** Rules that speak of one transport; all others hold on every one. */
const ALONE: Readonly<Record<string, readonly number[]>> = {
  'http-stream': [27, 29, 32],
  'long-poll': [17, 18, 29],
  poll: [28, 29],
  sse: [16, 29, 32],
  websocket: [19, 25, 26, 29, 32],
};
const alone = Object.values(ALONE).flat();

it('numbers the rules of PROTOCOL.md without a hole', () => {
  expect([...rules].sort((a, b) => a - b)).toEqual(Array.from({ length: rules.length }, (_, i) => i + 1));
  expect(rules.length).toBeGreaterThan(20);
});

it('has a case in the common suite for every rule that holds on all transports', () => {
  const common = casesOf(COMMON);
  expect(rules.filter((rule) => !alone.includes(rule) && !common.has(rule))).toEqual([]);
});

it.each(TRANSPORTS)(
  'runs the common suite on %s, over a driver of that name, in both formats but where events are text',
  (transport) => {
    const text = read(fileOf(transport));
    expect(text.match(/^conformance\(/gm)).toHaveLength(transport === 'sse' ? 1 : 2);
    expect(text.match(/^conformance\(.*'cbor'/gm) ?? []).toHaveLength(transport === 'sse' ? 0 : 1);
    expect(text).not.toMatch(/\b(?:describe|it|test)\.(?:skip|only|todo)\b|\bx(?:it|describe)\(/);
    const named = text.includes(`  name: '${transport}',`) || new RegExp(`Driver\\(\\s*'${transport}'`).test(text);
    expect(named).toBe(true);
  },
);

it.each(TRANSPORTS)('has a case in the file of %s for every rule that speaks of it alone', (transport) => {
  const own = casesOf(fileOf(transport));
  expect(ALONE[transport]!.filter((rule) => !own.has(rule))).toEqual([]);
});

it('leaves out a case on one transport only where the rule does', () => {
  const text = read(COMMON);
  expect(text).not.toMatch(/\b(?:describe|it|test)\.(?:skip|only|todo)\b|\bx(?:it|describe)\(/);
  // R20: a poll that nobody holds is not there to be told.
  const conditions = [...text.matchAll(/driver\.name\s*[!=]==?\s*'[^']*'[^\n]*\n\s*it\('((?:R\d+ )+)/g)];
  expect(conditions.map(([, title]) => numbers(title!))).toEqual([[20]]);
  expect(text.match(/if \(driver\.name[^\n]*\{$/gm)).toHaveLength(1);
});

it('has a rule for every case', () => {
  const cases = [COMMON, ...TRANSPORTS.map(fileOf)].flatMap((path) => [...casesOf(path)]);
  expect(cases.filter((rule) => !rules.includes(rule))).toEqual([]);
});

it('names the transports alike in the gateway, in the SDK and in the conformance suite', () => {
  const names = (folder: string) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.replace(/(\.spec)?\.ts$/, ''));
  for (const folder of ['apps/gateway/src/delivery', 'libs/client/src/transports', 'test/conformance']) {
    expect([folder, ...new Set(names(folder))].slice(1).sort()).toEqual(TRANSPORTS);
  }
});
