export { decodeFrame, decodePollAnswer, RowReader, toRow } from './codec.js';
export type { Message } from './codec.js';
export { CODES, httpStatusOf, isTerminal } from './codes.js';
export {
  ClientMessageSchema,
  DEFAULT_MAX_HZ,
  MAX_FILTERS,
  MAX_SUBSCRIPTIONS,
  MAX_WAIT_S,
  ON_SLOW,
  parseClientMessage,
  parseQuery,
  parseSubscriptionList,
  parseWait,
  POLICIES,
  SubscriptionListSchema,
  SubscriptionSchema,
} from './contract.js';
export type { ClientMessage, OnSlow, Policy, SoleSubscription, Subscription, SubscriptionInput } from './contract.js';
export { EARLIEST, formatCursor, parseCursor } from './cursor.js';
export type { Position } from './cursor.js';
export { FrameSchema, GAP_REASONS, isRow, PollAnswerSchema, PROTOCOL_VERSION } from './frame.js';
export type { DeliveredReading, Frame, FrameOf, GapReason, PollAnswer, Row, RowValue, StoredReading } from './frame.js';
export { Ladder, LADDER, LADDER_TICK_MS } from './ladder.js';
export type { Service } from './ladder.js';
export { badRequest, ProtocolError } from './protocol-error.js';
export { DeviceEntrySchema, InventorySchema, SeriesEntrySchema } from './resource.js';
export type { DeviceEntry, Inventory, SeriesEntry } from './resource.js';
export { BROKER_SERIES, STATUS_METRIC, SYSTEM_DEVICE } from './system.js';
export { concatBytes, FORMATS, jsonWriter, NEGOTIATION } from './format.js';
export type { Format, FrameDecoder, FrameWriter, ReadingsHead, WrittenRows } from './format.js';
export {
  CALM,
  LAB_LANES,
  LabActSchema,
  LabEventSchema,
  LabMessageSchema,
  LabSettingsSchema,
  LabTallySchema,
  LabWeatherSchema,
} from './lab.js';
export type {
  LabAct,
  LabBytes,
  LabEvent,
  LabLane,
  LabMark,
  LabMessage,
  LabSettings,
  LabTally,
  LabWeather,
} from './lab.js';
