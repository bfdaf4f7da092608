/** Rows as a Markdown table: words to the left, figures to the right. */
export function table(heads, rows) {
  const cells = [heads, ...rows.map((row) => row.map(String))];
  const widths = heads.map((_, i) => Math.max(...cells.map((row) => row[i].length), 3));
  const isFigures = heads.map((_, i) => i > 0 && rows.every((row) => /^[\d–≤≥<>+-]|^$/.test(String(row[i]))));
  const line = (row) =>
    `| ${row.map((cell, i) => (isFigures[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => '-'.repeat(width - (isFigures[i] ? 1 : 0)) + (isFigures[i] ? ':' : '')).join(' | ')} |`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n');
}

/** A figure with as many digits as say something. */
export function figure(value) {
  if (value === undefined || Number.isNaN(value)) return '–';
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

/** The middle one, or the mean of the two in the middle. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A part as percent. */
export const percent = (part) => `${(100 * part).toFixed(part !== 0 && Math.abs(part) < 0.1 ? 2 : 0)} %`;

/** A goal and whether it is reached. */
export function goal(what, value, most, unit = '') {
  const verdict = value <= most ? 'reached' : 'MISSED';
  return `${verdict}: ${what}: ${figure(value)}${unit}, at most ${figure(most)}${unit}`;
}
