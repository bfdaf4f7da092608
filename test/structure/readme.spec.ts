import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ConfigSchema } from '../../apps/gateway/src/config.js';
import { Mapping } from '../../apps/gateway/src/ingest/mapping.js';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const settings = readme.slice(
  readme.indexOf('## Settings of the gateway'),
  readme.indexOf('## Settings of the simulator'),
);

it('README lists every setting of the gateway, and none that does not exist', () => {
  const listed = [...settings.matchAll(/^\| (`[^|]*)\|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
  );
  expect(listed.sort()).toEqual(Object.keys(ConfigSchema.pipe[0].entries).sort());
});

it('README shows a mapping that works', () => {
  const mapping = new Mapping(parse(/```yaml\n([^]*?)```/.exec(readme)![1]!));
  const messages = [...readme.matchAll(/mosquitto_pub .*-t (\S+) -m '(.*)'/g)].map(([, topic, payload]) => ({
    topic,
    payload,
  }));
  const mapped = messages
    .filter(({ topic }) => !topic!.startsWith('telewire/'))
    .flatMap(({ topic, payload }) => mapping.apply(topic!, payload!, Date.now()));
  expect(mapped).toMatchObject([
    { info: { series: 'market/ACME/price', unit: '[USD]' }, value: 12.5 },
    { info: { series: 'news/world/line', kind: 'text' }, value: 'Rain, later sun' },
  ]);
});
