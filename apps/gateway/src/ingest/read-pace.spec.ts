import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { ReadPace } from './read-pace.js';

describe('the pace of reads', () => {
  let time: VirtualTimeScheduler;
  let stream: PassThrough;
  let full: boolean;
  let pace: ReadPace;
  let read: string[];

  const say = async (text: string) => {
    stream.write(text);
    await turn();
  };
  const pass = async (ms: number) => {
    time.maxFrames = time.frame + ms;
    time.flush();
    await turn();
  };

  beforeEach(() => {
    time = new VirtualTimeScheduler();
    stream = new PassThrough();
    full = false;
    read = [];
    stream.on('data', (bytes: Buffer) => read.push(bytes.toString()));
    pace = new ReadPace(stream, 7, () => full, time);
  });

  it('reads what finds it at rest at once', async () => {
    await say('a');
    expect(read).toEqual(['a']);
  });

  it('reads nothing more until the pace has passed', async () => {
    await say('a');
    await say('b');
    expect(read).toEqual(['a']);
    await pass(7);
    expect(read).toEqual(['a', 'b']);
  });

  it('waits for room where there is none', async () => {
    await say('a');
    await say('b');
    full = true;
    await pass(7);
    expect(read).toEqual(['a']);
    full = false;
    pace.readOn();
    await turn();
    expect(read).toEqual(['a', 'b']);
  });

  it('ends with the stream', async () => {
    await say('a');
    stream.destroy();
    await turn();
    await pass(7);
    expect(read).toEqual(['a']);
  });
});
