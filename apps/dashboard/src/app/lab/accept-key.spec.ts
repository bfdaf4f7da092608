import { describe, expect, it } from '@jest/globals';
import { webcrypto } from 'node:crypto';
import { acceptOf } from './accept-key.js';

describe('the accept of an upgrade', () => {
  it('is that of the example in RFC 6455 §1.3', async () => {
    const subtle = webcrypto.subtle as unknown as SubtleCrypto;
    expect(await acceptOf('dGhlIHNhbXBsZSBub25jZQ==', subtle)).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  });
});
