import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const numbers = (text: string) => [...text.matchAll(/\bR(\d+)\b/g)].map(([, number]) => Number(number));

const rules = [...read('PROTOCOL.md').matchAll(/^- \*\*R(\d+)\*\*/gm)].map(([, number]) => Number(number));
const cases = new Set(
  [
    'test/support/conformance.ts',
    ...readdirSync(join(root, 'test/conformance')).map((name) => `test/conformance/${name}`),
  ].flatMap((path) =>
    [...read(path).matchAll(/(?:\bit|\])\)?\(\s*'((?:R\d+ )+)/g)].flatMap(([, title]) => numbers(title!)),
  ),
);

it('numbers the rules of PROTOCOL.md without a hole', () => {
  expect([...rules].sort((a, b) => a - b)).toEqual(Array.from({ length: rules.length }, (_, i) => i + 1));
  expect(rules.length).toBeGreaterThan(20);
});

it('has a case for every rule of PROTOCOL.md', () => {
  expect(rules.filter((rule) => !cases.has(rule))).toEqual([]);
});

it('has a rule for every case', () => {
  expect([...cases].filter((rule) => !rules.includes(rule))).toEqual([]);
});

it('names the transports alike in the gateway, in the SDK and in the conformance suite', () => {
  const names = (folder: string) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.replace(/(\.spec)?\.ts$/, ''));
  const five = ['http-stream', 'long-poll', 'poll', 'sse', 'websocket'];
  for (const folder of ['apps/gateway/src/delivery', 'libs/client/src/transports', 'test/conformance']) {
    expect([folder, ...new Set(names(folder))].slice(1).sort()).toEqual(five);
  }
});
