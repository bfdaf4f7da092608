export { DelayMeter } from './delay-meter.js';
export { GATEWAY_CLOCK } from './gateway-clock.js';
export type { GatewayClock } from './gateway-clock.js';
export { provideTelewire, TELEWIRE } from './telewire.js';
export { injectFeed, WidgetFeed } from './widget-feed.js';
export type { Loss } from './widget-feed.js';
