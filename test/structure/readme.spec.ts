import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ConfigSchema } from '../../apps/gateway/src/config.js';

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
