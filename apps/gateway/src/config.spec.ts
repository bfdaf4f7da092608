import { describe, expect, it } from '@jest/globals';
import { ConfigError, parseConfig } from './config.js';

describe('the settings', () => {
  it('need nothing: everything has a default, and only this machine can reach it', () => {
    expect(parseConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      allowedHosts: [],
      allowedOrigins: [],
      mqtt: { host: '127.0.0.1', port: 1883 },
      dataDir: './data',
      allowVolatile: false,
      journal: {
        maxBytes: 128 * 1024 * 1024,
        maxWaveformBytes: 64 * 1024 * 1024,
        maxAgeMs: Infinity,
        maxWaveformAgeMs: Infinity,
      },
      heartbeatMs: 5000,
      reconnectSpreadMs: 2000,
      logLevel: 'log',
      logFormat: 'text',
      lab: { enabled: true, port: 0 },
    });
  });

  it('may all be given', () => {
    const config = parseConfig({
      HOST: '::1',
      PORT: '0',
      ALLOWED_HOSTS: ' Telewire.example:8443 ,, b ',
      ALLOWED_ORIGINS: 'https://A.example',
      MQTT_URL: 'mqtts://broker:8883',
      MQTT_USERNAME: 'u',
      MQTT_PASSWORD: 'p',
      MQTT_CLIENT_ID: 'ward-3',
      MQTT_HOST: '0.0.0.0',
      MQTT_PORT: '65535',
      DATA_DIR: '/var/lib/telewire',
      ALLOW_VOLATILE: '1',
      JOURNAL_MAX_MB: '1',
      JOURNAL_MAX_HOURS: '12',
      JOURNAL_WAVEFORM_PERCENT: '25',
      JOURNAL_WAVEFORM_HOURS: '2',
      HEARTBEAT_MS: '100',
      RECONNECT_SPREAD_MS: '0',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
      DASHBOARD_DIR: '/srv/d',
      LAB: 'off',
      LAB_PORT: '65532',
    });
    expect(config).toEqual({
      host: '::1',
      port: 0,
      allowedHosts: ['telewire.example:8443', 'b'],
      allowedOrigins: ['https://a.example'],
      mqtt: {
        url: 'mqtts://broker:8883',
        username: 'u',
        password: 'p',
        clientId: 'ward-3',
        host: '0.0.0.0',
        port: 65535,
      },
      dataDir: '/var/lib/telewire',
      allowVolatile: true,
      journal: {
        maxBytes: 1024 * 1024,
        maxWaveformBytes: 256 * 1024,
        maxAgeMs: 12 * 3_600_000,
        maxWaveformAgeMs: 2 * 3_600_000,
      },
      heartbeatMs: 100,
      reconnectSpreadMs: 0,
      logLevel: 'debug',
      logFormat: 'json',
      dashboardDir: '/srv/d',
      lab: { enabled: false, port: 65532 },
    });
  });

  it('keep the journal in memory alone where DATA_DIR says so', () => {
    expect(parseConfig({ DATA_DIR: 'memory' }).dataDir).toBeUndefined();
    expect(parseConfig({ DATA_DIR: './memory' }).dataDir).toBe('./memory');
  });

  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.7', false],
    ['127.0.0.1.example', false],
  ])('open the lab by themselves only to this machine: at %s %s', (HOST, enabled) => {
    expect(parseConfig({ HOST }).lab.enabled).toBe(enabled);
    expect(parseConfig({ HOST, LAB: 'on' }).lab.enabled).toBe(true);
    expect(parseConfig({ HOST, LAB: 'off' }).lab.enabled).toBe(false);
    // Names of others mean that something hands their requests on.
    expect(parseConfig({ HOST, ALLOWED_HOSTS: 'telewire.example' }).lab.enabled).toBe(false);
    expect(parseConfig({ HOST, ALLOWED_ORIGINS: 'https://telewire.example' }).lab.enabled).toBe(false);
  });

  it('count as not given where they are empty, and others are passed over', () => {
    expect(parseConfig({ PORT: '', MQTT_URL: '', LOG_LEVEL: '', HOME: '/root', PATH: undefined })).toEqual(
      parseConfig({}),
    );
  });

  it.each([
    ...['PORT', 'MQTT_PORT', 'LAB_PORT'].flatMap((name) =>
      ['x', '-1', '3000.5', '65536', '123456', ' 80', '0x50', '1e3'].map((value) => [name, value]),
    ),
    ['LAB_PORT', '65533'],
    ...['0', '65537', '1.5', '-5', 'much', '1e3', '9'.repeat(400)].map((value) => ['JOURNAL_MAX_MB', value]),
    ...['0', '100', 'half'].map((value) => ['JOURNAL_WAVEFORM_PERCENT', value]),
    ...['99', '60001', 'fast'].map((value) => ['HEARTBEAT_MS', value]),
    ...['-1', '600001', 'wide'].map((value) => ['RECONNECT_SPREAD_MS', value]),
    ...['broker', 'http://broker', 'mqtt//broker', '//', 'mqtt:', 'mqtt://u:100%@broker', 'mqtt://%C3@broker'].map(
      (value) => ['MQTT_URL', value],
    ),
    ...['loud', 'DEBUG'].map((value) => ['LOG_LEVEL', value]),
    ['LOG_FORMAT', 'xml'],
    ...['1', 'true', 'ON'].map((value) => ['LAB', value]),
  ] as [string, string][])('%s=%s is refused in one clear line that names it', (name, value) => {
    let said: unknown;
    try {
      parseConfig({ [name]: value });
    } catch (error) {
      said = error;
    }
    expect(said).toBeInstanceOf(ConfigError);
    const { message } = said as Error;
    expect(message).toMatch(new RegExp(`^${name} is [^\\n]{5,100}$`));
    expect(message).not.toContain('Invalid');
  });

  it('never repeat a password in an error', () => {
    expect(() => parseConfig({ MQTT_URL: 'http://user:secret@broker' })).toThrow(/^(?!.*secret)/);
  });
});
