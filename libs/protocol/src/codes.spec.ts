import { describe, expect, it } from '@jest/globals';
import { CODES, httpStatusOf, isTerminal } from './codes.js';
import { badRequest, ProtocolError } from './protocol-error.js';

describe('a code', () => {
  it.each([
    ['badRequest', 400, true],
    ['forbidden', 403, true],
    ['notFound', 404, true],
    ['tooLarge', 413, true],
    ['unsupported', 422, true],
    ['internal', 500, false],
    ['unavailable', 503, false],
  ] as const)('%s is HTTP %d; final: %s (PROTOCOL R21 R22)', (name, status, terminal) => {
    expect(httpStatusOf(CODES[name])).toBe(status);
    expect(isTerminal(CODES[name])).toBe(terminal);
    expect(new ProtocolError(CODES[name], 'x', 'y').terminal).toBe(terminal);
  });

  it('has a line in the table above', () => {
    expect(Object.keys(CODES)).toHaveLength(7);
  });

  it.each([
    [4399, false],
    [4400, true],
    [4499, true],
    [4500, false],
    [4599, false],
    [1006, false],
    [400, false],
    [NaN, false],
  ])('%d is final: %s', (code, terminal) => {
    expect(isTerminal(code)).toBe(terminal);
  });
});

describe('a ProtocolError', () => {
  it('says in a frame no more than code, reason and message', () => {
    expect(badRequest('bad-filter', 'filter: is none').toFrame()).toEqual({
      type: 'error',
      code: 4400,
      reason: 'bad-filter',
      message: 'filter: is none',
    });
  });

  it('is an error with a name and a stack of its own', () => {
    const error = badRequest('a', 'b');
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('ProtocolError');
    expect(error.stack).toContain('codes.spec');
  });
});
