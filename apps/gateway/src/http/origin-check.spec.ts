import { describe, expect, it } from '@jest/globals';
import { isAllowed } from './origin-check.js';

const rules = {
  allowedHosts: ['telewire.example', 'telewire.example:8443', '[fd00::7]:3000'],
  allowedOrigins: ['https://board.example'],
};
const allowed = (host: string | undefined, origin?: string) =>
  isAllowed(
    { headers: { ...(host === undefined ? {} : { host }), ...(origin === undefined ? {} : { origin }) } },
    rules,
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
    ['localhost', true],
    ['localhost:49153', true],
    ['127.0.0.1:30000', true],
    ['[::1]', true],
    ['localhost:', false],
    ['localhost:123456', false],
    ['127.0.0.1.evil.example:3000', false],
    ['127.0.0.2:3000', false],
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

describe('the lab', () => {
  const lab = {
    isProxy: (host: string) => host === 'telewire.example:4000' || host === 'localhost:4001',
    isOpener: (host: string, origin: string) =>
      `${host} ${origin}` === 'telewire.example:4000 https://telewire.example',
  };
  it.each([
    ['telewire.example:4000', undefined, true],
    ['Telewire.example:4000', 'https://telewire.example', true],
    ['telewire.example:4000', 'https://evil.example', false],
    ['telewire.example:4001', undefined, false],
    ['telewire.example:4001', 'https://telewire.example', false],
    ['localhost:4001', 'https://telewire.example', false],
    ['evil.example:4000', undefined, false],
  ])('vouches for the proxies of its sessions and who opened them: at %s of %s %s', (host, origin, expected) => {
    const headers = { host, ...(origin === undefined ? {} : { origin }) };
    expect(isAllowed({ headers }, { ...rules, lab })).toBe(expected);
  });
});
