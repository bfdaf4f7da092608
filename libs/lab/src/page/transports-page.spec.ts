import { describe, expect, it } from '@jest/globals';
import * as prettier from 'prettier';
import { figures } from '../../testing/measured.js';
import { scenarios, transportsPage, transportsPictures } from '../index.js';

describe('the page of the five transports', () => {
  it('has every table whole, and no figure that is none', async () => {
    const page = transportsPage(figures());
    const formatted = await prettier.format(page, { parser: 'markdown', proseWrap: 'preserve', printWidth: 120 });
    const tables = (text: string) => text.split('\n').filter((line) => line.startsWith('|'));
    expect(tables(page)).toEqual(tables(formatted));
    expect(tables(page)).toHaveLength(96);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    expect(page).not.toMatch(/\n{3}|^- (For|Against): *$/m);
  });

  it('tells side by side of who is back after a cut, and of who is not', () => {
    expect(transportsPage(figures())).toMatch(/back after a cut, longest +\| +2 s .*2 s, not back for 400 ms/);
  });

  it('ranks nothing in short', () => {
    const [, short] = /## In short([\s\S]*?)\n## /.exec(transportsPage(figures()))!;
    expect(short).not.toMatch(/fewest|quick|best|cheap|better/i);
  });

  it('leaves out a verdict that the figures contradict, and keeps the rest of the point', () => {
    const verdictOf = (page: string) => /### HTTP stream[\s\S]*?(- For: .*)\n/.exec(page)![1];
    expect(verdictOf(transportsPage(figures()))).toMatch(/^- For: the fewest bytes/);
    const dear = { 'http-stream': { each: [500, 900] } } as const;
    const lanes = Object.fromEntries([0.2, 1, 10, 100, 500].map((rateHz) => [`calm-${rateHz}`, dear]));
    expect(verdictOf(transportsPage(figures({ lanes })))).toMatch(/^- For: plain HTTP/);
  });

  it('says how it was made, and how long that took', () => {
    const page = transportsPage(figures());
    expect(page).toContain('npm run lab:report -- --seconds 20\n');
    expect(page).toContain('It took 10 minutes');
    expect(transportsPage({ ...figures(), idleSeconds: 5 })).toContain('--seconds 20 --idle-seconds 5\n');
  });

  it('does not pass over a scenario that was not measured', () => {
    const { runs, ...rest } = figures();
    const { cut: _, ...others } = runs;
    expect(() => transportsPage({ ...rest, runs: others })).toThrow('cut was not measured');
  });

  it('has a picture for each that it shows', () => {
    const shown = [...transportsPage(figures()).matchAll(/\(transports\/(.*?\.svg)\)/g)].map(([, name]) => name);
    expect(Object.keys(transportsPictures(figures())).sort()).toEqual(shown.sort());
  });
});

describe('the scenarios', () => {
  it('last as long as is asked for, seldom things longer, and silence its own time', () => {
    const lasting = Object.fromEntries(
      scenarios({ seconds: 10, idleSeconds: 90 }).map((each) => [each.name, each.seconds]),
    );
    expect(lasting).toMatchObject({ 'calm-0.2': 30, 'calm-10': 10, idle: 90, cut: 20, buffers: 20, 'fixed-0.2': 30 });
  });
});
