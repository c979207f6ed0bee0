const PATH = '/api/v2/reporting/analytics/q-1';

/**
 * What a `Location` may say that must never be followed.
 * @param base the source's own address
 * @param attacker somebody else's
 */
export function hostileLocations(base: URL, attacker: URL): readonly string[] {
  return [...elsewhere(base, attacker), ...outside(base)];
}

/** Other origins, in every way to write or to smuggle one. */
function elsewhere({ protocol, origin, host, hostname, port }: URL, attacker: URL): readonly string[] {
  const evil = attacker.host;
  const at = port === '' ? '' : `:${port}`;
  // The other way round a balancer ends TLS: asked for by `https:`.
  const schemes = protocol === 'http:' ? [`https://${host}${PATH}`] : [];
  return [
    // Joined to the host as text, these lead away from it.
    ...[`.evil.example${PATH}`, `.evil.example:${attacker.port}/x`, `@evil.example${PATH}`, `@${evil}${PATH}`],
    ...[`:443@evil.example${PATH}`, `:x@${evil}${PATH}`, `:${attacker.port}${PATH}`, `-evil.example${PATH}`],
    // Another host, port or scheme.
    ...[`${attacker.origin}${PATH}`, `https://evil.example${PATH}`, `${protocol}//${hostname}.evil.example${PATH}`],
    ...[`${protocol}//${evil}/?${origin}${PATH}`, `${protocol}//${hostname}:8443${PATH}`],
    ...schemes,
    ...[`${protocol}//${hostname}:${attacker.port}${PATH}`, `${protocol}//${hostname}.${at}${PATH}`],
    ...[`ftp://${host}${PATH}`, `ws://${host}${PATH}`, `file://${PATH}`, `javascript:${PATH}`],
    ...[`data:text/html,${PATH}`, `blob:${origin}${PATH}`, `mailto:x@${hostname}`, `view-source:${origin}${PATH}`],
    // Without a scheme, and with slashes that are none.
    ...[`//${evil}${PATH}`, `//evil.example${PATH}`, `//${host}${PATH}`, `///${evil}${PATH}`, `\\\\${evil}${PATH}`],
    ...[`/\\${evil}${PATH}`, `\\/${evil}${PATH}`, `${protocol}/\\${evil}${PATH}`, `${protocol}${PATH}`],
    ...[`${protocol}/${evil}${PATH}`, `${protocol}\\\\${evil}${PATH}`, `${protocol}////${evil}${PATH}`],
    ...[`\t//${evil}${PATH}`, `/\t/${evil}${PATH}`, `${protocol}//${host}\\@${evil}${PATH}`],
    // Userinfo, an empty one too.
    ...[`${protocol}//user@${host}${PATH}`, `${protocol}//user:pw@${host}${PATH}`, `${protocol}//@${host}${PATH}`],
    ...[`${protocol}//${host}@${evil}${PATH}`, `${protocol}//:@${host}${PATH}`, `${protocol}//%40${host}${PATH}`],
    // Its own machine by number; the name is what the token belongs to.
    ...['127.0.0.1', '[::1]', '2130706433', '0x7f.1', '0177.0.0.1', '[::ffff:127.0.0.1]', '0.0.0.0', '127.1'].map(
      (number) => `${protocol}//${number}${at}${PATH}`,
    ),
  ];
}

/** The source itself, but not its results. */
function outside({ protocol, host, origin }: URL): readonly string[] {
  const results = '/api/v2/reporting/';
  return [
    ...[
      '',
      '/',
      '.',
      '?x=1',
      '#x',
      'analytics',
      '../q-1',
      '../../v1/reporting/q',
      '/api/v2/reporting',
      results,
      '/api/v2/oauth/token',
    ],
    ...[
      '/API/v2/reporting/q',
      '/api/v2/reportingx/q',
      '/api/v2/reporting%2fq',
      '/%61pi/v2/reporting/q',
      '/api//v2/reporting/q',
    ],
    ...[origin, `${origin}/`, `${origin}/api/v2/oauth/token`, `${origin}?${PATH}`, `${protocol}//${host}#${PATH}`],
    // Ways up, plain and encoded.
    ...['../oauth/token', 'x/../../oauth/token', './../oauth/token', '%2e%2e/oauth/token', '.%2E/oauth/token'].map(
      (way) => results + way,
    ),
    ...['..%2foauth/token', '%2e%2e%2foauth', '%252e%252e/oauth', '%252e%252e%252foauth', '..;/oauth/token'].map(
      (way) => results + way,
    ),
    ...['..%3b/oauth', 'x%5c..%5coauth', 'x\\..\\..\\oauth', '..%00/oauth', 'q%c0%ae', 'q%ff', 'q%'].map(
      (way) => results + way,
    ),
    // Control characters, plain and encoded; blanks, other alphabets, fragments, length.
    ...['q\0', 'q\u0001', 'q\u001b[31m', 'q\u007f', 'q\r', 'q\n', 'q\r\nLocation: /api/v2/reporting/x', 'q\tx'].map(
      (text) => results + text,
    ),
    ...['q%00', 'q%0d%0aX-Evil:%201', 'q%1b', 'q%7f', 'q%e2%80%ae', 'q 1', 'q\u00e9', 'q\u202e', 'ｑ', 'q#x', 'q#'].map(
      (text) => results + text,
    ),
    `${PATH}?${'x'.repeat(2_048)}`,
  ];
}
