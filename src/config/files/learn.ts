/** Learns a text that must never be written anywhere. */
export type Learn = (secret: string) => void;
