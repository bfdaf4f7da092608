import { httpStatusOf, ProtocolError, type Subscription } from '@telewire/protocol';
import type { Environment } from './environment.js';
import { Interruption } from './interruption.js';
import { Source } from './source.js';

/**
 * POSTs `wants` and hands the answer to `read`, which emits what is in it; leaving aborts the request.
 * An answer that is not 200 of one of the media types, the best of which comes first, is an {@link Interruption}.
 */
export function post<T>(
  environment: Environment,
  path: string,
  types: readonly string[],
  wants: readonly Subscription[],
  read: (response: Response, emit: (value: T) => void) => Promise<void>,
): Source<T> {
  return new Source((listener) => {
    const abort = new AbortController();
    const run = async () => {
      const response = await environment.fetch(environment.address(path), {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: acceptOf(types) },
        body: JSON.stringify({ subscriptions: wants }),
        signal: abort.signal,
      });
      if (response.status !== 200 || !types.some((type) => isOfType(response, type)))
        throw await interruptionOf(response, environment.scheduler.now());
      await read(response, (value) => listener.next(value));
    };
    run().then(
      () => listener.complete(),
      (cause: unknown) => listener.error(asInterruption(cause)),
    );
    listener.add(() => abort.abort());
  });
}

/** Media types in order of preference (RFC 9110 §12.5.1). */
const acceptOf = (types: readonly string[]): string =>
  types.map((type, i) => (i === 0 ? type : `${type};q=${1 - i / 10}`)).join(', ');

/** True when the answer says that it is of media type `type`. */
export const isOfType = (response: Response, type: string): boolean =>
  response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === type;

/** What a fetch or a body in the midst of reading throws is a lost connection, whatever the platform calls it. */
const asInterruption = (cause: unknown): Interruption =>
  cause instanceof Interruption ? cause : new Interruption('lost', 'the gateway does not answer');

/** The interruption that an answer means which is not the one asked for. `now` is for a `Retry-After` that is a date. */
export async function interruptionOf(response: Response, now: number): Promise<Interruption> {
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), now);
  const error = await errorOf(response);
  if (error) return Interruption.byCode(error.code, error.message, retryAfterMs);
  // PROTOCOL R22: a proxy's page is transient, whatever its status.
  return new Interruption('lost', `answered ${response.status} by something that is not Telewire`, retryAfterMs);
}

/** The error that an answer of the gateway carries (PROTOCOL R21), `undefined` when the answer is not from the gateway. */
export async function errorOf(response: Response): Promise<ProtocolError | undefined> {
  if (!isOfType(response, 'application/json')) {
    await response.body?.cancel();
    return undefined;
  }
  const body = parseObject(await response.text());
  const { code, reason, message } = body;
  if (typeof code !== 'number' || typeof reason !== 'string' || typeof message !== 'string') return undefined;
  return httpStatusOf(code) === response.status ? new ProtocolError(code, reason, message) : undefined;
}

/** Milliseconds of a `Retry-After` header, seconds or a date (RFC 9110 §10.2.3); `undefined` when there is none to obey. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {}; // a body cut short, or a proxy's own idea of JSON
  }
}
