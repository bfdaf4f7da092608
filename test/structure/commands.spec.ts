import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

it.each(['gateway', 'simulator'])('the image of the %s runs it as package.json does', (name) => {
  const file = readFileSync(join(root, `docker/${name}.Dockerfile`), 'utf8');
  const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(file)![1]!) as string[];
  expect(entry.join(' ')).toBe(scripts[name]);
});
