import { describe, expect, it } from '@jest/globals';
import { MAX_SUBSCRIPTIONS, parseClientMessage, parseQuery, parseSubscriptionList, parseWait } from './contract.js';
import { DEFAULT_MAX_HZ, MAX_FILTERS } from './policy.js';

const query = (text: string) => parseQuery(new URLSearchParams(text));
const refused = (naming: string) => {
  const message: unknown = expect.stringContaining(naming);
  return expect.objectContaining({ code: 4400, message });
};

describe('the query of a GET', () => {
  it('needs a filter only', () => {
    expect(query('filter=icu/%23')).toEqual({
      subscription: { filters: ['icu/#'], policy: 'every', maxHz: DEFAULT_MAX_HZ },
      wait: 0,
    });
  });

  it('may say everything', () => {
    expect(query('filter=a&filter=b/%2B&policy=latest&maxHz=0.5&after=k3f9a2b1.1&wait=25')).toEqual({
      subscription: { filters: ['a', 'b/+'], policy: 'latest', maxHz: 0.5, after: 'k3f9a2b1.1' },
      wait: 25,
    });
  });

  it.each([
    ['', 'filter'],
    ['policy=every', 'filter'],
    ['filter=', 'filter'],
    ['filter=a/%23/b', 'filter'],
    [`filter=${'x'.repeat(201)}`, 'filter'],
    [
      Array(MAX_FILTERS + 1)
        .fill('filter=a')
        .join('&'),
      'filter',
    ],
    ['filter=a&policy=some', 'policy'],
    ['filter=a&policy=', 'policy'],
    ['filter=a&maxHz=fast', 'maxHz'],
    ['filter=a&maxHz=', 'maxHz'],
    ['filter=a&maxHz=1e3', 'maxHz'],
    ['filter=a&maxHz=-1', 'maxHz'],
    ['filter=a&maxHz=0', 'maxHz'],
    ['filter=a&maxHz=1001', 'maxHz'],
    ['filter=a&maxHz=1&maxHz=2', 'maxHz'],
    ['filter=a&wait=56', 'wait'],
    ['filter=a&wait=0x10', 'wait'],
    [`filter=a&after=${'x'.repeat(65)}`, 'after'],
    ['filter=a&after=b&after=c', 'after'],
    ['filter=a&polices=every', 'polices'],
    ['filter=a&filters=b', 'filters'],
    ['filter=a&__proto__=b', '__proto__'],
    ['filter=a&constructor=b', 'constructor'],
  ])('is refused with the parameter named: %s', (text, naming) => {
    expect(() => query(text)).toThrow(refused(naming));
  });

  it('of a POST may say how long to wait, and nothing else', () => {
    expect(parseWait(new URLSearchParams(''))).toBe(0);
    expect(parseWait(new URLSearchParams('wait=12.5'))).toBe(12.5);
    expect(() => parseWait(new URLSearchParams('wait=soon'))).toThrow(refused('wait'));
    expect(() => parseWait(new URLSearchParams('filter=a'))).toThrow(refused('filter'));
  });
});

describe('the body of a POST', () => {
  const list = (...subscriptions: unknown[]) => parseSubscriptionList({ subscriptions });

  it('is a list of subscriptions, with defaults filled in', () => {
    expect(list({ id: 'a', filters: ['x/#'] }, { id: 'b', filters: ['y'], policy: 'latest', maxHz: 2 })).toEqual([
      { id: 'a', filters: ['x/#'], policy: 'every', maxHz: DEFAULT_MAX_HZ },
      { id: 'b', filters: ['y'], policy: 'latest', maxHz: 2 },
    ]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, ''],
    ['a list', [], ''],
    ['no subscriptions', {}, 'subscriptions'],
    ['an empty list', { subscriptions: [] }, 'subscriptions'],
    ['a field too many', { subscriptions: [{ id: 'a', filters: ['x'] }], wait: 3 }, 'wait'],
    ['no id', { subscriptions: [{ filters: ['x'] }] }, 'subscriptions.0.id'],
    ['an empty id', { subscriptions: [{ id: '', filters: ['x'] }] }, 'subscriptions.0.id'],
    ['a long id', { subscriptions: [{ id: 'i'.repeat(65), filters: ['x'] }] }, 'subscriptions.0.id'],
    ['an id of half a surrogate pair', { subscriptions: [{ id: 'a\ud800', filters: ['x'] }] }, 'subscriptions.0.id'],
    ['no filters', { subscriptions: [{ id: 'a', filters: [] }] }, 'subscriptions.0.filters'],
    ['a bad filter', { subscriptions: [{ id: 'a', filters: ['x', 'a+'] }] }, 'subscriptions.0.filters.1'],
    ['a rate as text', { subscriptions: [{ id: 'a', filters: ['x'], maxHz: '2' }] }, 'subscriptions.0.maxHz'],
    ['an unknown field', { subscriptions: [{ id: 'a', filters: ['x'], rate: 2 }] }, 'subscriptions.0.rate'],
    ['a repeated id', { subscriptions: Array(2).fill({ id: 'a', filters: ['x'] }) }, 'two have the same id'],
  ])('is refused with %s, and the field is named', (_what, body, naming) => {
    expect(() => parseSubscriptionList(body)).toThrow(refused(naming));
  });

  it('holds no more than what a connection may', () => {
    const many = Array.from({ length: MAX_SUBSCRIPTIONS + 1 }, (_, i) => ({ id: String(i), filters: ['x'] }));
    expect(list(...many.slice(1))).toHaveLength(MAX_SUBSCRIPTIONS);
    expect(() => list(...many)).toThrow(refused('subscriptions'));
  });
});

describe('a message on a WebSocket', () => {
  it('subscribes', () => {
    expect(parseClientMessage({ type: 'subscribe', id: 'a', filters: ['x'] })).toEqual({
      type: 'subscribe',
      id: 'a',
      filters: ['x'],
      policy: 'every',
      maxHz: DEFAULT_MAX_HZ,
    });
  });

  it('unsubscribes', () => {
    expect(parseClientMessage({ type: 'unsubscribe', id: 'a' })).toEqual({ type: 'unsubscribe', id: 'a' });
  });

  it.each<[unknown, string]>([
    [null, ''],
    ['subscribe', ''],
    [[], ''],
    [{}, 'type'],
    [{ type: 'publish' }, 'type'],
    [{ type: 'toString' }, 'type'],
    [{ type: 'subscribe', id: 'a' }, 'filters'],
    [{ type: 'subscribe', id: 1, filters: ['x'] }, 'id'],
    [{ type: 'subscribe', id: 'a', filters: 'x' }, 'filters'],
    [{ type: 'subscribe', id: 'a', filters: ['x'], policy: 'some' }, 'policy'],
    [{ type: 'subscribe', id: 'a', filters: ['x'], wait: 3 }, 'wait'],
    [{ type: 'unsubscribe' }, 'id'],
    [{ type: 'unsubscribe', id: 'a', filters: ['x'] }, 'filters'],
  ])('is refused with the field named: %j', (message, naming) => {
    expect(() => parseClientMessage(message)).toThrow(refused(naming));
  });

  it('that is refused does not come back whole in the error', () => {
    const long = 'x'.repeat(60_000);
    for (const message of [{ type: long }, { type: 'unsubscribe', id: 'a', [long]: 1 }]) {
      let said = '';
      try {
        parseClientMessage(message);
      } catch (error) {
        said = (error as Error).message;
      }
      expect(said).not.toBe('');
      expect(said.length).toBeLessThanOrEqual(200);
    }
  });
});
