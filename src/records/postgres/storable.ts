/** Postgres stores no NUL, and the driver would silently replace lone surrogates: both become U+FFFD, visibly and once. */
export function storable(value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value).toString().replaceAll('\0', '\uFFFD') : value;
}
