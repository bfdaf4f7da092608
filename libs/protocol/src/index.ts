export { asInventory, faultOfTerms } from './client-checks.js';
export { decodeFrame, decodePollAnswer, RowReader, toRow } from './codec.js';
export type { Message } from './codec.js';
export { CODES, httpStatusOf, isTerminal } from './codes.js';
export {
  ClientMessageSchema,
  MAX_SUBSCRIPTIONS,
  MAX_WAIT_S,
  parseClientMessage,
  parseQuery,
  parseSubscriptionList,
  parseWait,
  SubscriptionListSchema,
  SubscriptionSchema,
} from './contract.js';
export type { ClientMessage, SoleSubscription, Subscription, SubscriptionInput } from './contract.js';
export { EARLIEST, formatCursor, parseCursor } from './cursor.js';
export type { Position } from './cursor.js';
export { FrameSchema, PollAnswerSchema } from './frame.js';
export type { Frame, FrameOf, PollAnswer } from './frame.js';
export { GAP_REASONS } from './gap-reason.js';
export type { GapReason } from './gap-reason.js';
export { concatBytes, jsonWriter } from './json-writer.js';
export { Ladder, LADDER, LADDER_TICK_MS } from './ladder.js';
export type { Service } from './ladder.js';
export { DEFAULT_MAX_HZ, MAX_FILTERS, ON_SLOW, POLICIES } from './policy.js';
export type { OnSlow, Policy } from './policy.js';
export { badRequest, ProtocolError } from './protocol-error.js';
export { DeviceEntrySchema, InventorySchema, SeriesEntrySchema } from './resource.js';
export type { DeviceEntry, Inventory, SeriesEntry } from './resource.js';
export { isRow } from './row.js';
export type { DeliveredReading, Row, RowValue, StoredReading } from './row.js';
export { BROKER_SERIES, STATUS_METRIC, SYSTEM_DEVICE } from './system.js';
export { FORMATS, NEGOTIATION } from './format.js';
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
export { PROTOCOL_VERSION } from './version.js';
