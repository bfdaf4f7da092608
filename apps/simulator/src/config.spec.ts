import { describe, expect, it } from '@jest/globals';
import { readSettings, SettingsError } from './config.js';

const errorOf = (args: string[], env: Record<string, string> = {}): string => {
  try {
    readSettings(args, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('no error');
};

describe('settings', () => {
  it('have defaults, taken over by the environment and that by flags', () => {
    expect(readSettings([], {})).toEqual({ beds: 8, stations: 12, rate: 1, seed: 1, url: 'mqtt://127.0.0.1:1883' });
    const env = { SIM_BEDS: '3', SIM_RATE: '0.5', SIM_SEED: '', MQTT_URL: 'mqtts://broker:8883' };
    expect(readSettings(['--beds', '0', '--seed=-4'], env)).toMatchObject({
      beds: 0,
      rate: 0.5,
      seed: -4,
      url: 'mqtts://broker:8883',
    });
  });

  it('are refused in one line that names the setting and the rule', () => {
    expect(errorOf(['--beds', '201'])).toBe('--beds must be a whole number from 0 to 200, but is "201"');
    expect(errorOf([], { SIM_STATIONS: '1.5' })).toBe(
      'SIM_STATIONS must be a whole number from 0 to 200, but is "1.5"',
    );
    expect(errorOf(['--rate', '0'])).toContain('--rate must be a number from 0.1 to 50');
    expect(errorOf(['--bed', '3'])).toContain("'--bed'");
    const all = [
      ['--bed', '3'],
      ['--beds'],
      ['--seed', '-3'],
      ['ward'],
      ['--help=no'],
      ['--beds', '\n'],
      ['--seed', 'x'],
    ];
    for (const args of all) expect(errorOf(args)).not.toContain('\n');
    expect(errorOf(['--beds', '0', '--stations', '0'])).toContain('nothing to play');
  });

  it('never print the address of a broker, which may hold a password', () => {
    const message = errorOf([], { MQTT_URL: 'amqp://me:secret@broker' });
    expect(message).toBe('MQTT_URL must be the address of a broker such as mqtt://127.0.0.1:1883');
  });

  it('can be explained', () => {
    expect(readSettings(['--help'], { SIM_BEDS: 'nonsense' })).toBe('help');
  });
});
