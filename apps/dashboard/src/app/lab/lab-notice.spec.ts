import { describe, expect, it } from '@jest/globals';
import { addressOf } from './lab-notice.js';

describe('where the lab can be opened', () => {
  it.each([
    ['http://192.168.1.5:3100/lab', 'http://localhost:3100/lab'],
    ['http://[::1]/lab', 'http://localhost/lab'],
    ['https://telewire.example/lab', 'http://localhost:3000/lab'],
    ['https://telewire.example:8443/lab', 'http://localhost:3000/lab'],
  ])('is, for a page of %s, %s', (page, address) => expect(addressOf(new URL(page))).toBe(address));
});
