// One step of a singular query of RFC 9535 §2.3.5.1: `.name`, `['any name']`, `["any name"]`, `[0]`.
const STEP = /\.([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/y;

/** Names at most one place in a JSON value. */
export type JsonPath = (value: unknown) => unknown;

/**
 * Compiles a JSONPath that selects one value (a singular query, RFC 9535 §2.3.5.1): `$.quote.price`, `$['last price']`,
 * `$.items[0].value`; `$` is the whole. The compiled path gives `undefined` where there is nothing.
 * @throws SyntaxError that says where the path stops making sense
 */
export function parseJsonPath(path: string): JsonPath {
  if (!path.startsWith('$')) throw new SyntaxError('a path begins with $');
  const steps: (string | number)[] = [];
  STEP.lastIndex = 1;
  for (let at = 1; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const found = STEP.exec(path);
    if (!found) throw new SyntaxError(`"${path.slice(at)}" is no .name, ['name'] or [0]`);
    steps.push(found[4] === undefined ? (found[1] ?? found[2] ?? found[3]!) : Number(found[4]));
  }
  return (value) => {
    let here = value;
    for (const step of steps) {
      // Own properties only: `__proto__` and `length` are no data.
      if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
      if (Array.isArray(here) !== (typeof step === 'number')) return undefined;
      here = (here as Record<string | number, unknown>)[step];
    }
    return here;
  };
}
