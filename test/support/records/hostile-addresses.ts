/** Addresses inside some network, as text that a lookup may answer with or a URL may hold. None is to be connected to. */
export const PRIVATE_ADDRESSES: readonly string[] = [
  // This host, private networks, CGNAT.
  ...['0.0.0.0', '0.1.2.3', '127.0.0.1', '127.1', '127.255.255.254', '10.0.0.1', '10.255.255.255', '100.64.0.1'],
  ...['100.127.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.1.1'],
  // Link-local and the metadata services of clouds (AWS, ECS, Alibaba, Oracle, Azure).
  ...['169.254.0.1', '169.254.169.254', '169.254.170.2', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
  // Special purposes: protocol assignments, relays, benchmarks, documentation, multicast, reserved, broadcast.
  ...['192.0.0.1', '192.88.99.1', '198.18.0.1', '198.19.255.255', '192.0.2.1', '198.51.100.1', '203.0.113.1'],
  ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.254', '255.255.255.255'],
  // IPv6 of this host and of IPv4 in disguise: mapped, translated, compatible, NAT64, 6to4, Teredo.
  ...['::', '::1', '0:0:0:0:0:0:0:1', '::2', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254'],
  ...[
    '::ffff:a9fe:a9fe',
    '::ffff:a00:1',
    '::ffff:0:127.0.0.1',
    '::ffff:0:7f00:1',
    '::127.0.0.1',
    '::7f00:1',
    '::8.8.8.8',
  ],
  ...['::10.0.0.1', '64:ff9b::7f00:1', '64:ff9b::169.254.169.254', '64:ff9b:1::7f00:1', '2002:7f00:1::'],
  ...['2002:a9fe:a9fe::1', '2001::1', '2001:0:4136:e378:8000:63bf:80ff:fffe'],
  // IPv6 networks: unique local (AWS and Google metadata), link-local, site-local, multicast, discard, documentation, unrouted.
  ...['fc00::1', 'fd00:ec2::254', 'fd20:ce::254', 'fe80::1', 'fec0::1', 'ff02::1', 'ff0e::1', '100::1', '2001:db8::1'],
  ...['3fff::1', '2001:2::1', '2001:10::1', '2001:20::1', '5f00::1', '4000::1'],
];

/** The same in writings that only a URL parser knows, with and without ports of their own. */
const DISGUISED_HOSTS: readonly string[] = [
  // 127.0.0.1 in decimal, hexadecimal, octal, mixed and short forms.
  ...['127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0x7F.0.0.0x1', '017700000001', '0177.0.0.1', '0177.0x0.1'],
  ...['0', '0x0', '4294967295', '167772161', '012.1', '0xc0a80101', '2852039166', '0xa9fea9fe', '169.254.43518'],
  ...['0251.0376.0251.0376', '127.0.0.1.', '0x7f.1.'],
  // Digits and dots of other alphabets, soft hyphens, percent-encoding, tabs and line feeds.
  ...['１２７.０.０.１', '①②⑦.⓪.⓪.①', '127。0。0。1', '127．0．0．1', '%31%32%37.0.0.1', '127%2e0%2e0%2e1'],
  ...['127.0\u00ad.0.1', '127.\t0.0.1', '127.0.0\n.1', '[::FFFF:7F00:0001]', '[0:0::0:1]'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'ｌｏｃａｌｈｏｓｔ', '%6cocalhost', 'local\u00adhost'],
  ...['127.0.0.1:22', '127.0.0.1:6379', '127.0.0.1:1', '127.0.0.1:65535', '[::1]:80', '169.254.169.254:80'],
];

/** URLs whose host is such an address. */
export function hostileUrls(port: number): readonly string[] {
  const literals = PRIVATE_ADDRESSES.map((address) => (address.includes(':') ? `[${address}]` : address));
  const hosts = [...literals, ...DISGUISED_HOSTS].map((host) => (/:\d+$/.test(host) ? host : `${host}:${port}`));
  return [
    ...hosts.map((host) => `https://${host}/hook`),
    `https:127.0.0.1:${port}/hook`,
    `https:///127.0.0.1:${port}/hook`,
    `https:\\\\127.0.0.1:${port}\\hook`,
    `https://127.0.0.1:${port}\\@bi.example/hook`,
    `https://127.0.0.1:${port}?@bi.example/hook`,
  ];
}

/** URLs that are wrong in themselves, wherever they lead: scheme, credentials, fragment, and what no parser takes. */
export function malformedUrls(port: number): readonly string[] {
  return [
    ...['http://8.8.8.8/hook', 'http://bi.example/hook', 'HTTP://bi.example', `http://127.0.0.1:${port}/hook`],
    ...['ftp://bi.example/hook', 'ws://bi.example', 'gopher://127.0.0.1:6379/_', 'file:///etc/passwd'],
    ...['javascript:alert(1)', 'data:text/plain,x', 'unix:/var/run/docker.sock', 'blob:https://bi.example/1'],
    ...['https://bi.example@127.0.0.1/hook', `https://127.0.0.1:${port}@bi.example/hook`, 'https://user@bi.example'],
    ...['https://user:pw@bi.example', 'https://127.0.0.1%23@bi.example', 'https://bi.example#@127.0.0.1'],
    ...['https://bi.example/#', `//127.0.0.1:${port}/hook`, `127.0.0.1:${port}`, 'bi.example', '', ' ', 'https://'],
    ...['https://127.0.0.1:99999', 'https://127.0.0.1:0x50', 'https://[::1', 'https://[fe80::1%25eth0]/hook'],
    ...['https://[fe80::1%eth0]/hook', 'https://[0::ffff:0x7f.1]', 'https://127.0.0.256', 'https://0x7f.0.0.0.1'],
    ...['https://localhost%00.bi.example', 'https://127.0.0.1%00', 'https://bi example', 'https://1.2.3.4.5'],
  ];
}

/** Names with what the name service says of them. */
export const HOSTILE_NAMES: Readonly<Record<string, readonly string[]>> = {
  'metadata.google.internal': ['169.254.169.254'],
  'metadata.goog': ['169.254.169.254'],
  'instance-data.ec2.internal': ['169.254.169.254'],
  'wireserver.azure.internal': ['168.63.129.16'],
  'kubernetes.default.svc': ['10.96.0.1'],
  'host.docker.internal': ['172.17.0.1'],
  metadata: ['169.254.169.254'],
  'ip6-localhost': ['::1'],
  'localhost.localdomain': ['127.0.0.1'],
  '127.0.0.1.nip.example': ['127.0.0.1'],
  'loopback.example': ['127.0.0.1'],
  'loopback6.example': ['::1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'compatible.example': ['::8.8.8.8'],
  'nat64.example': ['64:ff9b::7f00:1'],
  'unspecified.example': ['0.0.0.0'],
  'unspecified6.example': ['::'],
  'zone.example': ['fe80::1%eth0'],
  'global-zone.example': ['2606:4700:4700::1111%lo'],
  'private-second.example': ['8.8.8.8', '127.0.0.1'],
  'private-first.example': ['127.0.0.1', '8.8.8.8'],
  'private-of-many.example': ['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '::1'],
  'no-address.example': [],
};
