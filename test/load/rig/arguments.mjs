import { parseArgs } from 'node:util';

/**
 * Arguments of a bench: lists parted by commas, numbers, and flags, by what stands in `defaults`. Ends the process when one
 * is not known.
 */
export function argumentsOf(usage, defaults) {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      { type: typeof value === 'boolean' ? 'boolean' : 'string' },
    ]),
  );
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
  return Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      values[name] === undefined ? value : like(value, values[name]),
    ]),
  );
}

function like(value, text) {
  if (typeof value === 'boolean') return text;
  if (typeof value === 'number') return Number(text);
  const parts = text.split(',');
  return typeof value[0] === 'number' ? parts.map(Number) : parts;
}
