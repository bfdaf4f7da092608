import { describe, expect, it } from '@jest/globals';
import { isAllowed } from './origin-check.js';

const rules = {
  port: () => 3000,
  allowedHosts: ['telewire.example', 'telewire.example:8443', '[fd00::7]:3000'],
  allowedOrigins: ['https://board.example'],
};
const allowed = (host: string | undefined, origin?: string, port = 3000) =>
  isAllowed(
    { headers: { ...(host === undefined ? {} : { host }), ...(origin === undefined ? {} : { origin }) } },
    {
      ...rules,
      port: () => port,
    },
  );

describe('a Host (PROTOCOL R23)', () => {
  it.each([
    ['127.0.0.1:3000', true],
    ['localhost:3000', true],
    ['LocalHost:3000', true],
    ['[::1]:3000', true],
    ['telewire.example', true],
    ['TELEWIRE.example:8443', true],
    ['[fd00::7]:3000', true],
    [undefined, false],
    ['', false],
    ['localhost', false],
    ['localhost:3001', false],
    ['127.0.0.1:30000', false],
    ['127.0.0.2:3000', false],
    ['[::1]', false],
    ['::1:3000', false],
    ['[::2]:3000', false],
    ['0.0.0.0:3000', false],
    ['localhost.:3000', false],
    ['evil.example:3000', false],
    ['telewire.example:3000', false],
    ['telewire.example.evil.example', false],
    ['localhost:3000.evil.example', false],
    ['localhost:3000@evil.example', false],
  ])('%s is answered: %s', (host, expected) => {
    expect(allowed(host)).toBe(expected);
  });

  it('may leave out the port of plain HTTP, and no other', () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      expect(allowed(host, undefined, 80)).toBe(true);
      expect(allowed(host, `http://${host}`, 80)).toBe(true);
      expect(allowed(host, undefined, 443)).toBe(false);
    }
  });
});

describe('an Origin (PROTOCOL R23)', () => {
  it.each([
    ['localhost:3000', 'http://localhost:3000', true],
    ['localhost:3000', 'HTTP://LOCALHOST:3000', true],
    ['localhost:3000', 'https://localhost:3000', true],
    ['[::1]:3000', 'http://[::1]:3000', true],
    ['telewire.example', 'https://telewire.example', true],
    ['telewire.example:8443', 'https://telewire.example:8443', true],
    ['localhost:3000', 'https://board.example', true],
    ['localhost:3000', 'http://board.example', false],
    ['localhost:3000', 'https://board.example:444', false],
    ['localhost:3000', 'null', false],
    ['localhost:3000', '', false],
    ['localhost:3000', 'http://127.0.0.1:3000', false],
    ['localhost:3000', 'http://localhost', false],
    ['localhost:3000', 'http://localhost:4200', false],
    ['localhost:3000', 'http://localhost:3000/', false],
    ['localhost:3000', 'ws://localhost:3000', false],
    ['localhost:3000', 'file://', false],
    ['localhost:3000', 'http://evil.example', false],
    ['localhost:3000', 'http://localhost:3000.evil.example', false],
    ['telewire.example', 'https://telewire.example:8443', false],
    ['evil.example', 'http://evil.example', false],
    ['evil.example', 'https://board.example', false],
  ])('at %s of %s is answered: %s', (host, origin, expected) => {
    expect(allowed(host, origin)).toBe(expected);
  });
});
