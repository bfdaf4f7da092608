/** The protocol's version; it changes only when an old client would misread a frame. */
export const PROTOCOL_VERSION = 1;
