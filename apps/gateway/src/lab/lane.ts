import type { LabLane } from '@telewire/protocol';

/** Which transport a request belongs to, by its method and path; preflights and all else are `other`. */
export function laneOf(method: string, target: string): LabLane {
  if (method === 'OPTIONS') return 'other';
  const [path, query = ''] = target.split('?', 2) as [string, string?];
  switch (path) {
    case '/api/v1/socket':
      return 'websocket';
    case '/api/v1/stream':
      return 'http-stream';
    case '/api/v1/events':
    case '/api/v1/lab/echo/events':
      return 'sse';
    case '/api/v1/readings':
      return new URLSearchParams(query).has('wait') ? 'long-poll' : 'poll';
    case '/api/v1/lab/unpaced':
      return 'long-poll';
    // The two-way echo: over WebSocket, or SSE with a POST for the way up.
    case '/api/v1/lab/echo':
      return method === 'POST' ? 'sse' : 'websocket';
    default:
      return 'other';
  }
}
