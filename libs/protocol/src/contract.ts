import * as v from 'valibot';
import { isFilter } from '@telewire/telemetry';
import { DEFAULT_MAX_HZ, isMaxHz, MAX_FILTERS, NO_FILTER, NO_MAX_HZ, ON_SLOW, POLICIES } from './policy.js';
import { badRequest } from './protocol-error.js';

/** Subscriptions that one connection or request may hold. */
export const MAX_SUBSCRIPTIONS = 256;

const filter = v.pipe(v.string(), v.check(isFilter, NO_FILTER));
const policy = v.optional(v.picklist(POLICIES), 'every');
const maxHz = v.optional(v.pipe(v.number('is not a number'), v.check(isMaxHz, NO_MAX_HZ)), DEFAULT_MAX_HZ);
/** Left out, `degrade`. */
const onSlow = v.optional(v.picklist(ON_SLOW));
const after = v.optional(v.pipe(v.string(), v.maxLength(64)));

/** What one subscriber asks for: which series, thinned how, at most how often, and from where. */
export const SubscriptionSchema = v.strictObject({
  /** The client's name for it; every frame about it carries the same. */
  id: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(64),
    v.check((id) => id.isWellFormed(), 'has half of a surrogate pair'),
  ),
  filters: v.pipe(v.array(filter), v.minLength(1), v.maxLength(MAX_FILTERS)),
  policy,
  maxHz,
  onSlow,
  after,
});
/** A subscription with defaults filled in. */
export type Subscription = v.InferOutput<typeof SubscriptionSchema>;
/** A subscription as a client may write it: `policy` and `maxHz` may be left out. */
export type SubscriptionInput = v.InferInput<typeof SubscriptionSchema>;

/** A subscription of a plain GET: it has no id, because it is the only one. */
export type SoleSubscription = Omit<Subscription, 'id'>;

/** The body of a POST: a list of subscriptions with distinct ids. */
export const SubscriptionListSchema = v.strictObject({
  subscriptions: v.pipe(
    v.array(SubscriptionSchema),
    v.minLength(1),
    v.maxLength(MAX_SUBSCRIPTIONS),
    v.check((list) => new Set(list.map((each) => each.id)).size === list.length, 'two have the same id'),
  ),
});

const id = SubscriptionSchema.entries.id;

/** What a client may say on a WebSocket. */
export const ClientMessageSchema = v.variant('type', [
  v.strictObject({ type: v.literal('subscribe'), ...SubscriptionSchema.entries }),
  /** Another contract for a subscription that goes on from where it stands (PROTOCOL R25). */
  v.strictObject({ type: v.literal('change'), ...v.omit(SubscriptionSchema, ['after']).entries }),
  v.strictObject({ type: v.literal('unsubscribe'), id }),
  /** Everything up to these cursors has been taken in (PROTOCOL R26). */
  v.strictObject({
    type: v.literal('acknowledge'),
    cursors: v.record(v.string(), v.pipe(v.string(), v.maxLength(64))),
  }),
]);
/** What a client may say on a WebSocket. */
export type ClientMessage = v.InferOutput<typeof ClientMessageSchema>;

/** The longest time a long-poll is held, in seconds. */
export const MAX_WAIT_S = 55;

const QuerySchema = v.strictObject({
  filters: SubscriptionSchema.entries.filters,
  policy,
  maxHz,
  onSlow,
  after,
  wait: v.optional(
    v.pipe(
      v.number('is not a number'),
      v.check((s) => s >= 0 && s <= MAX_WAIT_S, `is seconds, 0 to ${MAX_WAIT_S}`),
    ),
    0,
  ),
});

/** Reads `wait=<s>` and nothing else: the query of a POST long-poll. @throws ProtocolError (4400) */
export function parseWait(query: URLSearchParams): number {
  for (const key of query.keys())
    if (key !== 'wait') throw badRequest('unknown-parameter', `${key.slice(0, 40)}: not a parameter here`);
  const wait = query.get('wait');
  return valid(v.pick(QuerySchema, ['wait']), wait === null ? {} : { wait: numberOf(wait) }, 'bad-request').wait;
}

/**
 * Reads the query of a plain GET: repeated `filter`, `policy`, `maxHz`, `onSlow`, `after`, `wait` (long-poll only).
 * @throws ProtocolError (4400) that names the parameter
 */
export function parseQuery(query: URLSearchParams): { subscription: SoleSubscription; wait: number } {
  const known: Record<string, unknown> = {};
  for (const [key, value] of query) {
    if (key === 'filter') ((known['filters'] ??= []) as string[]).push(value);
    else if (!['policy', 'maxHz', 'onSlow', 'after', 'wait'].includes(key)) {
      throw badRequest('unknown-parameter', `${key.slice(0, 40)}: not a parameter here`);
    } else if (key in known) throw badRequest('repeated-parameter', `${key}: given twice`);
    else known[key] = key === 'maxHz' || key === 'wait' ? numberOf(value) : value;
  }
  if (!known['filters']) throw badRequest('no-filter', 'filter: name at least one, such as filter=icu/%23');
  const { wait, ...subscription } = valid(QuerySchema, known, 'bad-request', (path) =>
    path.replace(/^filters\.\d+$/, 'filter'),
  );
  return { subscription, wait };
}

/** Reads the body of a POST. @throws ProtocolError (4400) that names the field */
export const parseSubscriptionList = (body: unknown): Subscription[] =>
  valid(SubscriptionListSchema, body, 'bad-request').subscriptions;

/** Reads a message of a WebSocket client. @throws ProtocolError (4400) that names the field */
export const parseClientMessage = (message: unknown): ClientMessage =>
  valid(ClientMessageSchema, message, 'bad-message');

// The schema's messages repeat what they were given; a client that sends 60 KiB need not get them back.
const MAX_MESSAGE = 200;

const numberOf = (text: string): number => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN);

function valid<S extends v.GenericSchema>(
  schema: S,
  input: unknown,
  reason: string,
  nameOf: (path: string) => string = (path) => path,
): v.InferOutput<S> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue);
  const said = path ? `${nameOf(path)}: ${issue.message}` : issue.message;
  throw badRequest(reason, said.slice(0, MAX_MESSAGE));
}
